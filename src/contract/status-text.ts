import type { StatusRange } from "#src/core/postbacks/retry-policy.ts";

export const statusPattern = /^(?:([1-5])xx|(\d{3})(?:-(\d{3}))?)$/;

/** `2xx`, `429` or `200-299` as a range, or null for any other text. */
export const readStatusRange = (text: string): StatusRange | null => {
  const [, hundred, from, to] = statusPattern.exec(text) ?? [];
  if (hundred !== undefined) return [Number(hundred) * 100, Number(hundred) * 100 + 99];
  return from === undefined ? null : [Number(from), Number(to ?? from)];
};
