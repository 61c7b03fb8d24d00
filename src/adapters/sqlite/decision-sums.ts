import type { Counts } from "./counted-body.ts";
import { codeOfDecision, numbersOfDecisions } from "./decisions-text.ts";

/** A list that many events share, told once; one object for all of them. */
export type SharedDecisions = { readonly numbers: readonly number[]; readonly counts: Counts };

/** What one event adds to counters: the list that it shares, if any, and what stands in place of some of it. */
export type CountedDecisions = {
  readonly shared: SharedDecisions | null;
  readonly less: readonly number[];
  readonly more: readonly number[];
  /** How often each decision is made; null for a list with something in place of some of it. */
  readonly counts: Counts | null;
  /** How often each outcome is decided, over all targets. */
  readonly codes: readonly (readonly [code: string, times: number])[];
};

export const nothingCounted: CountedDecisions = { shared: null, less: [], more: [], counts: [], codes: [] };

/** Columns of decisions repeat: each is worked out once, for as many as this. */
const columnsHeldMax = 10_000;
const sharedHeldMax = 1_000;

/** Works out what a column of decisions counts: by what differs from the list that it shares, however long that is. */
export class DecisionSums {
  readonly #textOf: (name: number) => string;
  readonly #columns = new Map<string, CountedDecisions>();
  readonly #shared = new Map<string, SharedDecisions>();

  constructor(textOf: (name: number) => string) {
    this.#textOf = textOf;
  }

  of(column: string): CountedDecisions {
    if (column === "") return nothingCounted;
    let counted = this.#columns.get(column);
    if (counted === undefined) {
      counted = this.#workOut(column);
      if (this.#columns.size >= columnsHeldMax) this.#columns.clear();
      this.#columns.set(column, counted);
    }
    return counted;
  }

  #workOut(column: string): CountedDecisions {
    const numbers = numbersOfDecisions(column, this.#textOf);
    const codes = this.#codesOf(numbers);
    if (!column.startsWith("@")) return { shared: null, less: [], more: numbers, counts: countsOf(numbers), codes };
    const end = column.indexOf(",");
    const shared = this.#sharedOf(end < 0 ? column : column.slice(0, end));
    const less = shared.numbers.filter((number, place) => number !== numbers[place]);
    const more = numbers.filter((number, place) => number !== shared.numbers[place]);
    return { shared, less, more, counts: end < 0 ? shared.counts : null, codes };
  }

  #sharedOf(column: string): SharedDecisions {
    let shared = this.#shared.get(column);
    if (shared === undefined) {
      const numbers = numbersOfDecisions(column, this.#textOf);
      shared = { numbers, counts: countsOf(numbers) };
      if (this.#shared.size >= sharedHeldMax) this.#shared.clear();
      this.#shared.set(column, shared);
    }
    return shared;
  }

  #codesOf(numbers: readonly number[]): CountedDecisions["codes"] {
    const codes = new Map<string, number>();
    for (const number of numbers) {
      const code = codeOfDecision(this.#textOf(number));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    return [...codes];
  }
}

const countsOf = (numbers: readonly number[]): Counts => {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].flat();
};
