import type { FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, errorCodes, isErrorCode } from "#src/contract/error-codes.ts";
import type { NotationProposalWire } from "#src/contract/notation-proposal.ts";
import { type ProblemDocument, type ProblemEntry, problemMediaType } from "#src/contract/problem-document.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The code that it was refused with, or null. */
    refusedWith: ErrorCode | null;
  }
}

/** Why a request is not done. Handlers answer it as data; only `sendRefusal` makes HTTP of it. */
export type Refusal = {
  readonly kind: "refusal";
  readonly code: ErrorCode;
  /** Names the field and the fix. */
  readonly detail: string;
  readonly errors?: readonly ProblemEntry[];
  readonly proposal?: NotationProposalWire;
  readonly headers?: Readonly<Record<string, string>>;
};

/** More places than these are not listed: an answer has a limit too. */
const errorsMax = 100;

export const refuse = (
  code: ErrorCode,
  detail: string,
  more: Pick<Refusal, "errors" | "proposal" | "headers"> = {},
): Refusal => ({
  kind: "refusal",
  code,
  detail,
  ...more,
});

/** Several places of one part of the request are wrong. */
export const refuseParts = (part: string, errors: readonly ProblemEntry[]): Refusal => {
  const [first] = errors;
  const code =
    errors.every((entry) => entry.code === first?.code) && first !== undefined ? first.code : "request.invalid";
  return refuse(isErrorCode(code) ? code : "request.invalid", `${part}: ${first?.message ?? "is not as it must be"}`, {
    errors,
  });
};

export const problemOf = (refusal: Refusal, requestId: string): ProblemDocument => {
  const { status, title } = errorCodes[refusal.code];
  return {
    type: `urn:carom:error:${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: refusal.detail,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors.slice(0, errorsMax) }),
    ...(refusal.proposal === undefined ? {} : { proposal: refusal.proposal }),
    request_id: requestId,
  };
};

export const sendRefusal = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
  const { status } = errorCodes[refusal.code];
  request.refusedWith = refusal.code;
  if (refusal.headers !== undefined) reply.headers(refusal.headers);
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="carom"');
  return reply
    .code(status)
    .header("content-type", problemMediaType)
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .send(JSON.stringify(problemOf(refusal, request.id)));
};
