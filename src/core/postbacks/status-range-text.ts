import type { StatusRange } from "./retry-policy.ts";

/** As a document writes it: `2xx`, `429`, `200-204`. */
export const statusRangeText = ([from, to]: StatusRange): string => {
  if (from === to) return String(from);
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
};
