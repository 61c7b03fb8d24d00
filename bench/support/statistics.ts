export type Spread = { readonly median: number; readonly low: number; readonly high: number; readonly runs: number };

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median:
      ((sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN) +
        (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)) /
      2,
    low: sorted[0] ?? Number.NaN,
    high: sorted.at(-1) ?? Number.NaN,
    runs: sorted.length,
  };
};

export const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);

export const printSpread = (spread: Spread, unit = ""): string =>
  `${digits(spread.median)}${unit} (${digits(spread.low)}–${digits(spread.high)}, ${spread.runs} runs)`;

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
