import type { Rates } from "#src/core/money/exchange-rates.ts";

/**
 * What is handed in to whoever decides and renders. Hash functions: `node:crypto` on the server,
 * `@noble/hashes` in a browser; hex in lower case. Exchange rates: where there are any.
 */
export type Hashes = {
  readonly md5: (text: string) => string;
  readonly sha1: (text: string) => string;
  readonly sha256: (text: string) => string;
  readonly hmacSha256: (key: string, text: string) => string;
  /** Without it money is in its own currency alone. */
  readonly rates?: Rates;
};
