import assert from "node:assert/strict";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import type { Engine } from "#src/engine/engine.ts";
import type { AnHttp } from "./an-http.ts";

/** Somebody at a browser, which keeps the cookie that it is given and sends the token of its session along. */
export type APerson = {
  readonly ask: (question: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly cookie: () => string | null;
  readonly csrfToken: () => string | null;
};

type Http = Pick<AnHttp<Engine>, "app" | "ask">;

export const password = "correct horse battery";

export const aBrowser = ({ app }: Http, address = "192.0.2.1"): APerson => {
  let cookie: string | null = null;
  let csrfToken: string | null = null;
  return {
    ask: async ({ headers, ...question }) => {
      const known = {
        ...(cookie === null ? {} : { cookie }),
        ...(csrfToken === null ? {} : { "carom-csrf": csrfToken }),
      };
      const answer = await app.inject({ remoteAddress: address, ...question, headers: { ...known, ...headers } });
      // Of a new id after an old one the old is dropped first: as in a browser the last word counts.
      const set = [answer.headers["set-cookie"] ?? []].flat().at(-1);
      if (set !== undefined) cookie = /=;|Max-Age=0/.test(set) ? null : (set.split(";")[0] ?? null);
      const told = answer.statusCode < 300 ? answer.json() : null;
      if (typeof told?.csrf_token === "string") csrfToken = told.csrf_token;
      return answer;
    },
    cookie: () => cookie,
    csrfToken: () => csrfToken,
  };
};

type Invitation = { readonly email?: string; readonly role?: string; readonly account_id?: string };

/** The token of an invitation, made with the management key. */
export const invite = async (http: Http, invitation: Invitation = {}): Promise<string> => {
  const payload = { email: "ada@example.com", role: "owner", ...invitation };
  const answer = await http.ask({ method: "POST", url: "/v1/users", payload });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json().link.token;
};

/** Somebody who was invited and came, and is signed in. */
export const aPerson = async (http: Http, invitation: Invitation = {}): Promise<APerson> => {
  const browser = aBrowser(http);
  const url = `/v1/invitations/${await invite(http, invitation)}`;
  const answer = await browser.ask({ method: "POST", url, payload: { name: "Ada", password } });
  assert.equal(answer.statusCode, 201, answer.body);
  return browser;
};

export const signIn = (
  browser: APerson,
  credentials: { readonly email?: string; readonly password?: string; readonly account_id?: string } = {},
): Promise<LightMyRequestResponse> =>
  browser.ask({ method: "POST", url: "/v1/session", payload: { email: "ada@example.com", password, ...credentials } });
