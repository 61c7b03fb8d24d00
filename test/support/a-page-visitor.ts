import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import type { Engine } from "#src/engine/engine.ts";
import type { AnHttp } from "./an-http.ts";

/** A page as somebody without any script sees it. */
export type VisitedPage = {
  readonly status: number;
  /** Path and query, after redirects. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
  readonly headers: LightMyRequestResponse["headers"];
  /** What screen readers say of a field that is wrong. */
  readonly faultOf: (field: string) => string | null;
};

/** Somebody at a browser who opens pages, fills in the one form that has the button, and follows links. */
export type APageVisitor = {
  readonly open: (path: string) => Promise<VisitedPage>;
  readonly press: (button: string, filledIn?: Readonly<Record<string, string>>) => Promise<VisitedPage>;
  readonly follow: (link: string) => Promise<VisitedPage>;
};

const origin = "http://carom.example";
const redirectsMax = 5;

export const aPageVisitor = ({ app }: Pick<AnHttp<Engine>, "app">): APageVisitor => {
  const jar = new Map<string, string>();
  let url = `${origin}/`;
  let page = "";

  const ask = async (to: string, form: URLSearchParams | null): Promise<VisitedPage> => {
    url = new URL(to, url).href;
    for (let redirects = 0, sent = form; redirects < redirectsMax; redirects += 1, sent = null) {
      const answer = await app.inject({
        method: sent === null ? "GET" : "POST",
        url: url.slice(origin.length),
        headers: {
          host: "carom.example",
          accept: "text/html,application/xhtml+xml,*/*;q=0.8",
          "sec-fetch-mode": "navigate",
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
          ...(sent === null
            ? {}
            : { origin, "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(sent === null ? {} : { payload: sent.toString() }),
      });
      for (const { name, value } of answer.cookies) value === "" ? jar.delete(name) : jar.set(name, value);
      const { location } = answer.headers;
      if (location === undefined) return seen(answer);
      url = new URL(String(location), url).href;
    }
    return assert.fail(`redirected without end: ${url}`);
  };

  const seen = (answer: LightMyRequestResponse): VisitedPage => {
    page = answer.body;
    return {
      status: answer.statusCode,
      path: url.slice(origin.length),
      title: plain(/<title>(.*?) · Carom<\/title>/.exec(page)?.[1] ?? ""),
      text: plain(page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")),
      headers: answer.headers,
      faultOf: (field) => {
        const input = new RegExp(`<input id="${field}"[^>]*>`).exec(page)?.[0] ?? assert.fail(`no field ${field}`);
        const told = new RegExp(`<p class="fault" id="${field}-fault">(.*?)</p>`).exec(page)?.[1] ?? null;
        const isMarked = /aria-invalid="true"/.test(input) && input.includes(`${field}-fault`);
        assert.equal(isMarked, told !== null, "what is told beside a field is told of the field");
        return told === null ? null : plain(told);
      },
    };
  };

  return {
    open: (path) => ask(origin + path, null),
    press: (button, filledIn = {}) => {
      const forms = [...page.matchAll(/<form method="post"(?: action="([^"]*)")?>(.*?)<\/form>/gs)];
      const [, action, inside] =
        forms.find(([, , text = ""]) => new RegExp(`<button[^>]*>${button}</button>`).test(text)) ??
        assert.fail(`no button ${button}: ${page}`);
      const form = new URLSearchParams();
      for (const [input] of (inside ?? "").matchAll(/<input [^>]*>/g)) {
        const name = /name="([^"]*)"/.exec(input)?.[1] ?? assert.fail(input);
        form.set(name, filledIn[name] ?? plain(/ value="([^"]*)"/.exec(input)?.[1] ?? ""));
      }
      for (const name of Object.keys(filledIn)) assert.ok(form.has(name), `no field ${name}`);
      return ask(action === undefined ? url : plain(action), form);
    },
    follow: (link) => {
      const links = [...page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g)];
      const [, href] = links.find(([, , text]) => text === link) ?? assert.fail(`no link ${link}: ${page}`);
      return ask(plain(href ?? ""), null);
    },
  };
};

const plain = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim();
