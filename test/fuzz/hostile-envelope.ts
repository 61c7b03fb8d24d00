import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { InjectOptions } from "fastify";
import type { Dice } from "./dice.ts";
import { mutatedBytes } from "./mutate-json.ts";

export type HostileRequest = {
  readonly method: NonNullable<InjectOptions["method"]>;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
};

type Envelope = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly type: string;
  /** The header that holds the key, and its value; null where the key stands elsewhere. */
  readonly credential: readonly [name: string, value: string] | null;
};

/** The text as a request whose transport is hostile now and then: bytes, coding, type, key and other headers. */
export const enveloped = ({ method, url, credential, type }: Envelope, text: string, dice: Dice): HostileRequest => {
  const plain = dice.hits(0.05) ? mutatedBytes(Buffer.from(text), dice) : Buffer.from(text);
  const headers: Record<string, string> = { "content-type": type };
  if (credential !== null) headers[credential[0]] = dice.hits(0.01) ? hostileKey(credential[1], dice) : credential[1];
  let payload = plain;
  if (dice.hits(0.06)) {
    headers["content-encoding"] = dice.pick(["gzip", "gzip", "GZIP", "br", "deflate", "gzip, gzip", "identity"]);
    payload = dice.pick([
      () => gzipSync(plain, fastGzip),
      () => mutatedBytes(gzipSync(plain, fastGzip), dice),
      () => gzipSync(gzipSync(plain, fastGzip), fastGzip),
      () => brotliCompressSync(plain, fastBrotli),
      () => plain,
      () => (dice.hits(0.05) ? bomb : gzipSync(plain, fastGzip)),
    ])();
  }
  if (dice.hits(0.02)) headers["content-type"] = dice.pick(hostileTypes);
  if (dice.hits(0.02)) headers[dice.pick(otherHeaders)] = dice.pick(headerTexts);
  return { method, url, headers, payload };
};

/** How well they are packed is nothing to who unpacks them. */
const fastGzip = { level: 1 };
const fastBrotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

const hostileTypes = [
  "",
  "text/plain",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=a",
  "a/b/c",
];

const hostileKey = (key: string, dice: Dice): string =>
  dice.pick(["", "Bearer", "Bearer ", "Basic a", "Basic ====", `${key}x`, `bearer  ${key}`, "Bearer \u00ff"]);

const otherHeaders = ["if-match", "idempotency-key", "x-request-id", "x-forwarded-for", "accept", "origin", "cookie"];
const headerTexts = ["", "*", "a".repeat(5_000), '"1"', "-1", "\u00ff", "__proto__", "carom_session=%ff"];

const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, " "));
