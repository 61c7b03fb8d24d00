import type { FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import type { LeanplumResponse } from "#src/contract/leanplum-contract.ts";
import { type Refusal, refuse, sendRefusal } from "#src/http/refusal.ts";
import { jsonMediaType } from "#src/http/serve-route.ts";

/** What becomes of a call (LP-RESP). */
export type LeanplumAnswer =
  /** Done; or received and not done, which a warning or an error says. */
  | { readonly kind: "received"; readonly response: LeanplumResponse }
  /** Not received: the status says so too. */
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly status: number;
      readonly message: string;
      readonly headers?: Refusal["headers"];
    };

const problemType = "application/problem+json";

export const done = (more: Omit<LeanplumResponse, "success" | "warning" | "error"> = {}): LeanplumAnswer => ({
  kind: "received",
  response: { success: true, ...more },
});

export const skipped = (message: string, more: Pick<LeanplumResponse, "postbackId"> = {}): LeanplumAnswer => ({
  kind: "received",
  response: { success: true, ...more, warning: { message } },
});

export const refused = (message: string): LeanplumAnswer => ({
  kind: "received",
  response: { success: true, error: { message } },
});

export const failed = (code: ErrorCode, message: string, status: number = errorCodes[code].status): LeanplumAnswer => ({
  kind: "failed",
  code,
  status,
  message,
});

/** The vendor's text for every key that may not do this, whatever is wrong with it. */
export const invalidKey: LeanplumAnswer = failed("auth.unknown_key", "Invalid access key", 403);

export const failedWith = ({ code, detail, headers }: Refusal): LeanplumAnswer => ({
  kind: "failed",
  code,
  status: errorCodes[code].status,
  message: detail,
  headers,
});

export const sendLeanplum = (request: FastifyRequest, reply: FastifyReply, answer: LeanplumAnswer): FastifyReply => {
  if (answer.kind === "failed" && answer.headers !== undefined) reply.headers(answer.headers);
  if (answer.kind === "failed" && request.headers.accept?.includes(problemType) === true)
    return sendRefusal(request, reply, refuse(answer.code, answer.message));
  if (answer.kind === "failed") request.refusedWith = answer.code;
  const response = answer.kind === "failed" ? { success: false, error: { message: answer.message } } : answer.response;
  return reply
    .code(answer.kind === "failed" ? answer.status : 200)
    .header("content-type", jsonMediaType)
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .send(JSON.stringify({ response: [response] }));
};
