import type { BenchReceiver } from "./support/receiver.ts";
import { type Spread, spreadOf } from "./support/statistics.ts";

/** What a figure must reach, and what it aims at; `least` and `most` say which side is the good one. */
export type Bar =
  | { readonly kind: "least"; readonly must: number; readonly aim: number }
  | { readonly kind: "most"; readonly must: number; readonly aim: number };

/** A figure of a row: the median of its rounds with the lowest and the highest. */
export type Figure = {
  readonly label: string;
  /** Put behind the number, with its space: ` ms`, `/s`; empty for a ratio. */
  readonly unit: string;
  /** Null where it is told beside the others, and nothing is asked of it. */
  readonly bar: Bar | null;
  readonly spread: Spread;
};

/** Values of one round over time. */
export type PlottedLine = {
  readonly title: string;
  readonly unit: string;
  /** Seconds between two values. */
  readonly everyS: number;
  readonly values: readonly number[];
};

export type BenchContext = {
  readonly rounds: number;
  /** Events of one round at full speed. */
  readonly count: number;
  /** Sizes of this row, by the names of its `sizes`. */
  readonly size: (name: string) => number;
  /** A process of its own that is shared by the rows. */
  readonly receiver: BenchReceiver;
  /** A sentence that is told and kept with the figures: a setting that was read back, what was doubled. */
  readonly note: (text: string) => void;
  /** Values over time, kept with the figures and drawn beside them. */
  readonly plot: (line: PlottedLine) => void;
};

/** One row of the bench, a file of its own in bench/rows/. It stands in `allRows`, and nothing else knows it. */
export type BenchRow = {
  /** For `--only`. */
  readonly name: string;
  /** What is measured, in a sentence. */
  readonly title: string;
  /** Event ids, matches and macros. */
  readonly work: string;
  /** About how long it takes with five rounds. */
  readonly minutes: number;
  /** What `--set name=number` may change, with what it is otherwise. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What this machine lacks for it, in words that say how to get it; null when it can be measured. */
  readonly missing: () => string | null;
  readonly measure: (context: BenchContext) => Promise<readonly Figure[]>;
};

export const nothingMissing = (): null => null;

export const atLeast = (must: number, aim: number): Bar => ({ kind: "least", must, aim });
export const atMost = (must: number, aim: number): Bar => ({ kind: "most", must, aim });

export const reaches = (bar: Bar, value: number): boolean =>
  bar.kind === "least" ? value >= bar.must : value <= bar.must;

export const figure = (label: string, values: readonly number[], unit = ""): Figure => ({
  label,
  unit,
  bar: null,
  spread: spreadOf(values),
});

/** A figure of which something is asked. */
export const measured = (
  told: { readonly label: string; readonly unit?: string; readonly bar: Bar },
  values: readonly number[],
): Figure => ({ ...figure(told.label, values, told.unit), bar: told.bar });
