import type { HttpMethod } from "#src/core/postbacks/postback.ts";
import { ofTheSender } from "#src/core/templates/compile-headers.ts";
import { SenderFault } from "./sender-fault.ts";

/** A request as it goes over the wire: a head in Latin-1 and a body in UTF-8. */
export type RequestBytes = {
  readonly head: string;
  readonly body: string | null;
  /** The whole may be written as Latin-1, in one piece. */
  readonly isPlain: boolean;
  /** A receiver that does not expect a body here may read it as the next request. */
  readonly isLast: boolean;
};

/**
 * Writes a request (RFC 9112). `path` is of the characters that `request-target.ts` lets through, `host`
 * is of an origin; headers are anybody's. Throws `SenderFault`.
 */
export const requestBytes = (request: {
  readonly method: HttpMethod;
  readonly host: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | null;
}): RequestBytes => {
  const { method, host, path, headers } = request;
  const body = request.body === "" ? null : request.body;
  const bodyBytes = body === null ? 0 : Buffer.byteLength(body);
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let index = 0; index < headers.length; index += 2) head += headerLine(headers[index], headers[index + 1]);
  const expectsBody = method !== "GET" && method !== "DELETE";
  head += body === null && !expectsBody ? "\r\n" : `content-length: ${bodyBytes}\r\n\r\n`;
  return { head, body, isPlain: body === null || bodyBytes === body.length, isLast: body !== null && !expectsBody };
};

const headerLine = (name: string | undefined, value: string | undefined): string => {
  if (name === undefined || !token.test(name)) throw invalid("the name of a header is none");
  if (ofTheSender.has(name.toLowerCase())) throw invalid(`the header ${name} is the sender's to write`);
  if (value === undefined || unfit.test(value)) throw invalid(`the header ${name} has a sign that headers do not take`);
  return `${name}: ${value}\r\n`;
};

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 5.5: visible signs, blanks and tabs, and Latin-1. */
const unfit = /[^\t\u0020-\u007e\u0080-\u00ff]/;

const invalid = (why: string): SenderFault => new SenderFault("request_invalid", why);
