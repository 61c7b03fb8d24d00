import type { FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import { type Refusal, sendRefusal } from "#src/http/refusal.ts";

type Words = { readonly status: number; readonly text: string };

const unreadable: Words = { status: 400, text: "Payload is missing or failed to parse" };

/** The vendor's answers by code (domain.md 1.5). A missing key is a 400 there. */
const wordsOfCode: Readonly<Partial<Record<ErrorCode, Words>>> = {
  "auth.missing": { status: 400, text: "Failed to Authenticate" },
  "event.app_forbidden": { status: 400, text: "app_id does not match the authentication token" },
  "events.none": unreadable,
  "event.not_json": unreadable,
  "event.not_an_object": unreadable,
  "request.json_malformed": unreadable,
  "request.not_utf8": unreadable,
  "request.encoding_broken": unreadable,
};
const wordsOfStatus: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  500: "Internal Server Error",
};

/**
 * A refusal as AppsFlyer's API writes it: plain text and nothing else. The code and what to mend stand in headers;
 * who accepts `application/problem+json` gets the whole problem.
 */
export const answerInWords = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
  const code = innerCode(refusal);
  reply.header("carom-error", code).header("carom-error-detail", headerText(refusal.detail));
  if (request.headers.accept?.includes("application/problem+json") === true)
    return sendRefusal(request, reply, refusal);
  request.refusedWith = refusal.code;
  if (refusal.headers !== undefined) reply.headers(refusal.headers);
  const { status, text } = wordsOf(code, refusal);
  return reply
    .code(status)
    .header("content-type", "text/plain; charset=utf-8")
    .header("cache-control", "no-store")
    .header("x-content-type-options", "nosniff")
    .send(text);
};

/** Of the one event that a request holds its own code says more than that none was accepted. */
const innerCode = ({ code, errors }: Refusal): string =>
  code === "events.none_accepted" ? (errors?.[0]?.code ?? code) : code;

const wordsOf = (code: string, refusal: Refusal): Words => {
  const known = new Map<string, Words>(Object.entries(wordsOfCode)).get(code);
  if (known !== undefined) return known;
  const { status, title } = errorCodes[refusal.code];
  if (code === "event.member_missing") return { status, text: refusal.detail };
  return { status, text: wordsOfStatus[status] ?? title };
};

const headerLengthMax = 500;

/** A header takes printable ASCII. */
const headerText = (text: string): string => text.slice(0, headerLengthMax).replaceAll(/[^\x20-\x7e]/g, "?");
