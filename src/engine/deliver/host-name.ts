/**
 * The host and port that a URL names, and the beginning of every URL that goes to the same: read off
 * the text, since a URL is parsed once more by the sender and this is on the hot path. User-info is
 * part of the name; it only ever splits a host into two.
 */
export function hostNameOf(url: string): { readonly name: string; readonly prefix: string } {
  const start = url.indexOf("://") + 3;
  let end = start;
  while (end < url.length && !endsHost(url.charCodeAt(end))) end += 1;
  // The character after the host belongs to the prefix: `http://a.example` is no prefix of `http://a.example.org`.
  return { name: url.slice(start, end).toLowerCase(), prefix: url.slice(0, end + 1) };
}

const slash = 47;
const question = 63;
const hash = 35;
const endsHost = (code: number): boolean => code === slash || code === question || code === hash;
