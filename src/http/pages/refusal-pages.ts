import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isErrorCode } from "#src/contract/error-codes.ts";
import { type ProblemDocument, problemDocument, problemMediaType } from "#src/contract/problem-document.ts";
import { html } from "#src/http/html.ts";
import { asPage, rootFrom } from "./page.ts";

/** Whoever came with a browser's address line is shown a page where a program is told JSON. */
export const showRefusals = (app: FastifyInstance): void => {
  app.addHook("onSend", async (request, reply, payload) => {
    const isProblem = reply.getHeader("content-type") === problemMediaType && typeof payload === "string";
    if (!isProblem || !isNavigation(request)) return payload;
    return refusedPage(request, reply, problemDocument.parse(JSON.parse(payload)));
  });
};

/** A problem as a page, for somebody at a browser. */
export const refusedPage = (request: FastifyRequest, reply: FastifyReply, problem: ProblemDocument): string => {
  const { code, title, detail, request_id: id } = problem;
  if (!isErrorCode(code)) return JSON.stringify(problem);
  const root = rootFrom(request);
  const isOfProvider = code.startsWith("oidc.") && code !== "oidc.unset";
  const body = html`<p class="alert" role="alert">${detail.slice(0, 1).toUpperCase() + detail.slice(1)}.</p>
${isOfProvider ? html`<p><a class="button" href="${root}v1/oidc/start">Begin again</a></p>` : null}
<p><a class="button plain" href="${root}">To the start page</a></p>
<p class="hint"><code>${code}</code>, request <code>${id}</code></p>`;
  return asPage(request, reply, { code, title, body });
};

export const isNavigation = ({ headers }: FastifyRequest): boolean =>
  headers["sec-fetch-mode"] === undefined
    ? (headers.accept ?? "").includes("text/html")
    : headers["sec-fetch-mode"] === "navigate";
