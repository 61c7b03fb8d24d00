import type { FastifyInstance, FastifyRequest } from "fastify";
import { isErrorCode } from "#src/contract/error-codes.ts";
import { problemDocument, problemMediaType } from "#src/contract/problem-document.ts";
import { html } from "#src/http/html.ts";
import { asPage, rootFrom } from "./page.ts";

/** Whoever came with a browser's address line is shown a page where a program is told JSON. */
export const showRefusals = (app: FastifyInstance): void => {
  app.addHook("onSend", async (request, reply, payload) => {
    const isProblem = reply.getHeader("content-type") === problemMediaType && typeof payload === "string";
    if (!isProblem || !isNavigation(request)) return payload;
    const { code, title, detail, request_id: id } = problemDocument.parse(JSON.parse(payload));
    if (!isErrorCode(code)) return payload;
    const root = rootFrom(request);
    const isOfProvider = code.startsWith("oidc.") && code !== "oidc.unset";
    const body = html`<p class="alert" role="alert">${detail.slice(0, 1).toUpperCase() + detail.slice(1)}.</p>
${isOfProvider ? html`<p><a class="button" href="${root}v1/oidc/start">Begin again</a></p>` : null}
<p><a class="button plain" href="${root}">To the start page</a></p>
<p class="hint"><code>${code}</code>, request <code>${id}</code></p>`;
    return asPage(request, reply, { code, title, body });
  });
};

const isNavigation = ({ headers }: FastifyRequest): boolean =>
  headers["sec-fetch-mode"] === undefined
    ? (headers.accept ?? "").includes("text/html")
    : headers["sec-fetch-mode"] === "navigate";
