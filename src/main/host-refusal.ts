import { isIP } from "node:net";

/** Why an address is not sent to, or null. */
type Guard = (address: string) => string | null;

/**
 * Why a URL or a template of one leads to an address that is not sent to, or null: where no address is
 * written out, or where its host is not known before an event comes, it is the sender that judges.
 */
export const hostRefusal = (url: string, guard: Guard): string | null => {
  const host = writtenHost(url);
  if (host === null) return null;
  const address = isLocalName(host) ? "127.0.0.1" : host;
  const refusal = isIP(address) === 0 ? null : guard(address);
  if (refusal === null) return null;
  return `${host} is not sent to: ${refusal}; CAROM_ALLOWED_NETWORKS names networks that may be sent to nevertheless`;
};

/** The parser turns `2130706433` and `0x7f.1` into `127.0.0.1`, as it does for the sender. */
const writtenHost = (url: string): string | null => {
  const beforeMacro = /^[^({$]*/.exec(url)?.[0] ?? "";
  const isWhole = beforeMacro.length === url.length || /^\s*[a-z]+:[/\\\t\n\r]*[^/\\?#]+[/\\?#]/i.test(beforeMacro);
  const parsed = isWhole ? URL.parse(beforeMacro) : null;
  return parsed === null || parsed.hostname === "" ? null : parsed.hostname.replace(/^\[|\]$/g, "");
};

/** RFC 6761: names that resolvers answer with this machine. */
const isLocalName = (host: string): boolean => /^(?:.*\.)?localhost\.?$/i.test(host);
