import type { RequestWire } from "#src/contract/postback-wire.ts";

/** A request as it goes out: first line, headers, a blank line and the body. */
export const requestLines = ({ method, url, headers, body }: RequestWire): readonly string[] => [
  `${method} ${url}`,
  ...headers.map(({ name, value }) => `${name}: ${value}`),
  ...(body === null ? [] : ["", body]),
];
