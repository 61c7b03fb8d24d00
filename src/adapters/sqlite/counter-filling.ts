import { counterGrains } from "#src/ports/counters.ts";
import { integerAt, integerOrNullAt, type Row } from "./columns.ts";
import { type CounterRow, keyInApp, rowIn } from "./counter-row.ts";
import type { CounterAddition, CounterSums } from "./counter-sums.ts";

/**
 * What has been put into `counter` of what rows of `counted` up to `upTo` say: so many additions of
 * `CounterSums.inOrder`, or all of them (null). Whoever reads adds the rest. A number, since texts do not come back
 * from a file in the order that they had in memory, and some not even as they were.
 */
export type FillingPlace = { readonly upTo: number; readonly added: number | null };

export const selectFillingPlace = "SELECT up_to, added FROM counted_place WHERE id = 1";

/** Null where nothing is under way. */
export const readFillingPlace = (row: Row | undefined): FillingPlace | null =>
  row === undefined ? null : { upTo: integerAt(row, 0), added: integerOrNullAt(row, 1) };

/** What is behind the place; null after each piece of the work that comes before the first of it. */
export function* additionsAfter(
  { added }: FillingPlace,
  sums: CounterSums,
  textOf: (name: number) => string,
): Generator<CounterAddition | null> {
  if (added === null) return;
  let passed = 0;
  for (const addition of sums.inOrder(textOf)) {
    if (addition === null || passed >= added) yield addition;
    else {
      passed += 1;
      if (passed % passedInOnePiece === 0) yield null;
    }
  }
}

/**
 * Puts what many commits have counted into the table: some rows in each of the commits that follow, and with them,
 * in the same transaction, the place where the next goes on.
 *
 *   preparing  a part of what was counted is put in order; no rows come yet
 *   rows       the next rows come
 *   written    all are in the table; only the rows of `counted` are left to be removed
 */
export class CounterFilling {
  readonly sums: CounterSums;
  readonly #textOf: (name: number) => string;
  /** As of the last commit, and of the transaction that is open. */
  #place: FillingPlace;
  #next: FillingPlace;
  #additions: Iterator<CounterAddition | null>;

  constructor(sums: CounterSums, textOf: (name: number) => string, place: FillingPlace) {
    this.sums = sums;
    this.#textOf = textOf;
    this.#place = place;
    this.#next = place;
    this.#additions = additionsAfter(place, sums, textOf);
  }

  get place(): FillingPlace {
    return this.#next;
  }

  get isWritten(): boolean {
    return this.#next.added === null;
  }

  /**
   * The next rows, at most so many; fewer, or none, while it is being prepared. What adds to one row comes as one.
   * `place` is behind them.
   */
  take(rowsMax: number): Iterable<CounterRow> {
    const rows = new Map<string, CounterRow>();
    const { upTo } = this.#next;
    let added = this.#next.added ?? 0;
    while (rows.size + counterGrains.length <= rowsMax) {
      const { done, value: addition } = this.#additions.next();
      if (done === true) {
        this.#next = { upTo, added: null };
        return rows.values();
      }
      if (addition === null) break;
      for (const grain of counterGrains) addRow(rows, rowIn(grain, addition));
      added += 1;
    }
    this.#next = { upTo, added };
    return rows.values();
  }

  committed(): void {
    this.#place = this.#next;
  }

  rolledBack(): void {
    if (this.#next === this.#place) return;
    this.#next = this.#place;
    this.#additions = additionsAfter(this.#place, this.sums, this.#textOf);
  }
}

/** Additions that are gone by at a stretch where a process goes on with what another began: a commit waits for it. */
const passedInOnePiece = 10_000;

const addRow = (rows: Map<string, CounterRow>, row: CounterRow | null): void => {
  if (row === null) return;
  const key = `${row.app}\n${keyInApp(row)}`;
  rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) });
};
