import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Chance } from "#src/ports/chance.ts";
import { seededChance } from "#test/support/seeded-chance.ts";

/** One thing that is broken on purpose under a real process, at moments that a seed decides. */
export type FaultScript = {
  /** As the table of `npm run faults` names it. */
  readonly name: string;
  /** What must hold, as the title of a test. */
  readonly promise: string;
  /** How often the fault strikes in one run, and under how many seeds the long form runs. */
  readonly sizes: { readonly short: number; readonly long: number; readonly longSeeds: number };
  /** Why this machine cannot try it, or false. */
  readonly cannotRun?: () => string | false;
  /** Throws where something else than the books breaks the promise, or where nothing was shown. */
  readonly run: (context: FaultContext, play: FaultPlay) => Promise<FaultBooks>;
};

/** The same in a test and in the long form. */
export type FaultContext = Pick<TestContext, "diagnostic"> & {
  readonly after: (end: () => unknown) => void;
};

export type FaultPlay = {
  readonly seed: number;
  readonly chance: Chance;
  readonly strikes: number;
  /** A whole number from `least` up to `most`, by the seed. */
  readonly between: (least: number, most: number) => number;
};

/** Every accepted event reconciled with what the receivers heard. */
export type FaultBooks = {
  readonly accepted: number;
  readonly delivered: number;
  readonly doubled: number;
  /** What was in flight when the fault struck: heard, and its outcome not yet durable. */
  readonly doubledMax: number;
  readonly lost: readonly number[];
};

export const playOf = (seed: number, strikes: number): FaultPlay => {
  const chance = seededChance(seed);
  return {
    seed,
    chance,
    strikes,
    between: (least, most) => least + Math.floor(chance.fraction() * (most - least + 1)),
  };
};

/** Several receivers, or several lives of one, are one row. */
export const sumBooks = (all: readonly FaultBooks[]): FaultBooks => ({
  accepted: all.reduce((sum, books) => sum + books.accepted, 0),
  delivered: all.reduce((sum, books) => sum + books.delivered, 0),
  doubled: all.reduce((sum, books) => sum + books.doubled, 0),
  doubledMax: all.reduce((sum, books) => sum + books.doubledMax, 0),
  lost: all.flatMap((books) => books.lost),
});

/** What is wrong with the books, or null. */
export const problemIn = (books: FaultBooks): string | null => {
  if (books.accepted === 0) return "nothing was accepted, so nothing was shown";
  if (books.lost.length > 0) return `${books.lost.length} lost: ${books.lost.slice(0, 10).join(", ")}`;
  if (books.doubled > books.doubledMax) return `${books.doubled} doubled, at most ${books.doubledMax} were in flight`;
  return null;
};

export const assertBooks = (books: FaultBooks): void => {
  const problem = problemIn(books);
  assert.equal(problem, null, problem ?? "");
};
