import type { FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import { type Html, html } from "#src/http/html.ts";

export type Page = {
  /** Why it is not what was asked for, or null. */
  readonly code: ErrorCode | null;
  readonly title: string;
  readonly body: Html;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What is answered: a page, or where the browser goes on, with GET. Both are written from the page that asks. */
export type PageAnswer = ({ readonly kind: "page" } & Page) | { readonly kind: "go"; readonly to: string };

export const stylePath = "/pages.css";

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // Stricter, and a browser would no longer say which site a form was sent from.
  "referrer-policy": "same-origin",
} as const;

/** From the page that was asked for to the start page. */
export const rootFrom = ({ url }: Pick<FastifyRequest, "url">): string => {
  const [path = ""] = url.split("?", 1);
  return `./${"../".repeat(Math.max(0, path.split("/").length - 2))}`;
};

/** Makes a page of the answer, and hands back its text. */
export const asPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  { code, title, body, headers = {} }: Page,
): string => {
  request.refusedWith = code;
  reply.code(code === null ? 200 : errorCodes[code].status).headers({ ...headers, ...pageHeaders });
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title} · Carom</title>
<link rel="stylesheet" href="${rootFrom(request)}${stylePath.slice(1)}"></head>
<body><header>Carom</header><main><h1>${title}</h1>
${body}
</main></body></html>
`.markup;
};
