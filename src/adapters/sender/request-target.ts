import { isIP } from "node:net";
import type { AddressGuard } from "./address-guard.ts";
import { addressRefused, SenderFault } from "./sender-fault.ts";

/** Where a URL leads: the origin that connections are kept for, and what is asked of it. */
export type RequestTarget = {
  readonly origin: string;
  readonly path: string;
  /** `Basic …` from the user-info of the URL, or null. */
  readonly authorization: string | null;
};

export type TargetReader = (url: string) => RequestTarget;

/**
 * Reads URLs, and refuses what must not be sent to: other schemes, and literal addresses that the
 * guard refuses, however they are written (the URL parser turns `2130706433` and `0x7f.1` into
 * `127.0.0.1` first). Names are the resolver's to judge. Throws `SenderFault`.
 *
 * Parsing costs more than all else here, and postbacks go to few origins; so origins are remembered,
 * and a path of printable ASCII goes out byte for byte.
 */
export const targetReader = (guard: AddressGuard): TargetReader => {
  const originByText = new Map<string, string>();

  const originOf = (text: string): string => {
    const known = originByText.get(text);
    if (known !== undefined) return known;
    const origin = judgedOrigin(new URL(text), guard);
    if (originByText.size >= originsRememberedMax) originByText.clear();
    originByText.set(text, origin);
    return origin;
  };

  return (url) => {
    try {
      const pathStart = url.indexOf("/", schemeLengthMax);
      if (pathStart < 0 || !plainPath.test(url)) return readWhole(url, guard);
      return { origin: originOf(url.slice(0, pathStart)), path: url.slice(pathStart), authorization: null };
    } catch (error) {
      if (error instanceof SenderFault) throw error;
      // The parser's own message repeats the URL, which may hold secrets.
      throw new SenderFault("request_invalid", "the URL cannot be read");
    }
  };
};

const originsRememberedMax = 10_000;
const schemeLengthMax = "https://".length;

/** No user-info, no backslash, no fragment, nothing that must be encoded; and the host ends at a slash. */
const plainPath = /^https?:\/\/[A-Za-z0-9._~\-:[\]]+\/[!$-;=@-[\]_a-z{|}~]*(?:\?[!$-~]*)?$/;

const readWhole = (text: string, guard: AddressGuard): RequestTarget => {
  const url = new URL(text);
  return {
    origin: judgedOrigin(url, guard),
    path: `${url.pathname}${url.search}`,
    authorization: url.username === "" && url.password === "" ? null : basicAuthorization(url),
  };
};

const judgedOrigin = (url: URL, guard: AddressGuard): string => {
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new SenderFault("request_invalid", `the scheme ${url.protocol} cannot be sent to`);
  }
  const literal = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  if (isIP(literal) !== 0) {
    const refusal = guard(literal);
    if (refusal !== null) throw addressRefused(literal, refusal);
  }
  return url.origin;
};

/** RFC 7617, with UTF-8. */
const basicAuthorization = (url: URL): string => {
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`;
};
