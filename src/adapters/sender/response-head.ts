import { SenderFault } from "./sender-fault.ts";
import {
  headerCharactersKeptMax,
  headerPairsKeptMax,
  keepAliveMarginMs,
  keepAliveMaxMs,
  keepAliveMs,
} from "./sender-settings.ts";

/** The status line and the headers of one answer, read (RFC 9112). */
export type ResponseHead = {
  readonly status: number;
  /** Names in lower case and values, in turn, in the order in which they came; of many only the first. */
  readonly headers: readonly string[];
  /** How the end of the body is told. */
  readonly body: BodyFraming;
  /** Coding of the body, in lower case; empty for none. */
  readonly encoding: string;
  readonly retryAfter: string | null;
  /** How long its connection may be kept for the next request; 0 for not at all. */
  readonly keepMs: number;
};

export type BodyFraming =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunks" }
  | { readonly kind: "until_close" };

/** `text` is Latin-1, without the empty line at its end. Throws `SenderFault`: what is not plainly an answer is none. */
export const readResponseHead = (text: string): ResponseHead => {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const [, version, digits] = statusLinePattern.exec(statusLine) ?? [];
  if (digits === undefined) throw badResponse("its status line is not HTTP/1.1");
  const status = Number(digits);
  const pairs = lines.flatMap(readHeaderLine);
  const told = (name: string): string | null => {
    const values = pairs.filter((_, at) => at % 2 === 1 && pairs[at - 1] === name);
    return values.length === 0 ? null : values.join(",");
  };
  const isEmpty = status < 200 || status === 204 || status === 304;
  const framing = framingOf(told("content-length"), told("transfer-encoding"));
  // What comes after an answer that has no body would be taken for the next answer.
  const isClosing = isEmpty ? !isSurelyEmpty(framing) : framing.kind === "until_close";
  return {
    status,
    headers: keptOf(pairs),
    body: isEmpty ? noBody : framing,
    encoding: encodingOf(told("content-encoding")),
    retryAfter: told("retry-after"),
    keepMs: isClosing
      ? 0
      : keepMsOf({ isOld: version !== "1.1", connection: told("connection"), hint: told("keep-alive") }),
  };
};

export const badResponse = (why: string): SenderFault => new SenderFault("bad_response", `not an HTTP answer: ${why}`);

/** Names in lower case and values, in turn. Also for the headers behind a body. */
export const readHeaderLine = (line: string): readonly [name: string, value: string] => {
  const [, name, value] = headerLinePattern.exec(line) ?? [];
  if (name === undefined || value === undefined) throw badResponse("a line of its head is no header");
  return [name.toLowerCase(), asUtf8(withoutBlanks(value))];
};

/** Some say HTTP/2.0 and mean 1.1. The reason is anybody's words, and is not read. */
const statusLinePattern = /^HTTP\/(0\.9|1\.[01]|2\.0) ([1-9]\d\d)(?: [^\r\n]*)?$/;
const headerLinePattern = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\u0020-\u007e\u0080-\u00ff]*)$/;

/** Not `trim`, which takes more than blanks and tabs away; and no pattern, which would try each blank of many anew. */
const withoutBlanks = (value: string): string => {
  let from = 0;
  let to = value.length;
  while (from < to && isBlank(value.charCodeAt(from))) from += 1;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to -= 1;
  return value.slice(from, to);
};

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

const asUtf8 = (value: string): string =>
  notAscii.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;

const notAscii = /[\u0080-\u00ff]/;

const noBody: BodyFraming = { kind: "length", bytes: 0 };

const framingOf = (length: string | null, codings: string | null): BodyFraming => {
  if (codings !== null) {
    // Two ends of one body: whoever believes the other one reads the next answer from the wrong place.
    if (length !== null) throw badResponse("it has both content-length and transfer-encoding");
    return { kind: listOf(codings).at(-1) === "chunked" ? "chunks" : "until_close" };
  }
  if (length === null) return { kind: "until_close" };
  // Told twice it has a comma.
  if (!/^\d{1,15}$/.test(length)) throw badResponse("its content-length is no number");
  return { kind: "length", bytes: Number(length) };
};

const isSurelyEmpty = (framing: BodyFraming): boolean =>
  framing.kind === "until_close" || (framing.kind === "length" && framing.bytes === 0);

const encodingOf = (told: string | null): string => {
  const encoding = told?.trim().toLowerCase() ?? "";
  return encoding === "identity" ? "" : encoding;
};

const keepMsOf = (told: {
  /** Not HTTP/1.1: there a connection is closed unless it is said that it is kept. */
  readonly isOld: boolean;
  readonly connection: string | null;
  readonly hint: string | null;
}): number => {
  const options = told.connection === null ? [] : listOf(told.connection);
  if (options.includes("close") || (told.isOld && !options.includes("keep-alive"))) return 0;
  const [, seconds] = /timeout=(\d{1,9})/i.exec(told.hint ?? "") ?? [];
  if (seconds === undefined) return keepAliveMs;
  return Math.max(0, Math.min(keepAliveMaxMs, Number(seconds) * 1000 - keepAliveMarginMs));
};

const listOf = (value: string): readonly string[] => value.split(",").map((part) => part.trim().toLowerCase());

const keptOf = (pairs: readonly string[]): readonly string[] => {
  let characters = 0;
  const end = pairs.findIndex((part, at) => {
    characters += part.length;
    return at >= headerPairsKeptMax * 2 || characters > headerCharactersKeptMax;
  });
  // A pair is kept whole or not at all.
  return end < 0 ? pairs : pairs.slice(0, end - (end % 2));
};
