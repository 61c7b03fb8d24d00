/** Handed in to whoever decides and renders: `node:crypto` on the server, `@noble/hashes` in a browser. Hex in lower case. */
export type Hashes = {
  readonly md5: (text: string) => string;
  readonly sha1: (text: string) => string;
  readonly sha256: (text: string) => string;
  readonly hmacSha256: (key: string, text: string) => string;
};
