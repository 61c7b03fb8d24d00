import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import { isErrorCode } from "#src/contract/error-codes.ts";
import { leanplumEnvelope } from "#src/contract/leanplum-contract.ts";

/** No 5xx but by overload, and every refusal as the door promises: with a code of the table, or in the vendor's words. */
export const judgeAnswer = (answer: LightMyRequestResponse, url: string): void => {
  const { statusCode, body, headers } = answer;
  assert.ok(statusCode < 500 || statusCode === 503, `${statusCode} ${body.slice(0, 500)}`);
  assert.ok(!body.includes("node_modules") && !body.includes(".ts:"), "a stack got out");
  const isProblem = String(headers["content-type"]).startsWith("application/problem+json");
  if (/^\/api(?:\?|$)/.test(url) && !isProblem) judgeEnvelope(answer);
  else if (statusCode < 400) return;
  else if (url.startsWith("/inappevent/") && !isProblem) judgeWords(answer);
  else judgeProblem(answer);
};

/** The first two places of a path: enough to tell which way in it is. */
export const doorOf = (url: string): string => /^(?:\/[\w-]+){1,2}/.exec(url)?.[0] ?? "/";

const judgeProblem = (answer: LightMyRequestResponse): void => {
  const problem: { readonly code?: unknown; readonly status?: unknown } = answer.json();
  assertCode(problem.code, answer);
  assert.equal(problem.status, answer.statusCode);
};

/** AppsFlyer's refusals are plain words; the code stands in a header. */
const judgeWords = (answer: LightMyRequestResponse): void => {
  assert.match(String(answer.headers["content-type"]), /^text\/plain/);
  assertCode(answer.headers["carom-error"], answer);
};

/** Leanplum's answers are an envelope, whatever they say. */
const judgeEnvelope = (answer: LightMyRequestResponse): void => {
  const { response } = leanplumEnvelope.parse(answer.json());
  assert.equal(response.length, 1);
  assert.equal(response[0]?.success, answer.statusCode < 400, answer.body.slice(0, 500));
};

const assertCode = (code: unknown, { body }: LightMyRequestResponse): void =>
  assert.ok(
    typeof code === "string" && isErrorCode(code),
    `no code of the table: ${String(code)} ${body.slice(0, 500)}`,
  );
