/** Units of a duration as a document writes it, the largest first. */
const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

export const durationPattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `30s`, `2m`, `5h`, `7d`, `500ms` as milliseconds, or null for any other text. */
export const readDuration = (text: string): number | null => {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  const factor = units.find(([name]) => name === unit)?.[1];
  return count === undefined || factor === undefined ? null : Number(count) * factor;
};

/** Milliseconds in the largest unit that holds them exactly. */
export const durationText = (durationMs: number): string => {
  const [name, factor] = units.find(([, unitMs]) => durationMs % unitMs === 0) ?? ["ms", 1];
  return `${durationMs / factor}${name}`;
};
