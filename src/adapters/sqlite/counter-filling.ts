import { counterGrains } from "#src/ports/counters.ts";
import { integerAt, type Row, textAt } from "./columns.ts";
import { type CounterRow, keyInApp, rowIn } from "./counter-row.ts";
import type { AppSums, CounterSums } from "./counter-sums.ts";

/**
 * What has been put into `counter` of what rows of `counted` up to `upTo` say: all that is of apps before
 * `app`, and of that app the rows up to `key`. Whoever reads adds the rest.
 */
export type FillingPlace = { readonly upTo: number; readonly app: string; readonly key: string };

export const isFilled = (place: FillingPlace, row: CounterRow): boolean =>
  row.app < place.app || (row.app === place.app && keyInApp(row) <= place.key);

export const selectFillingPlace = "SELECT up_to, app, row FROM counted_place WHERE id = 1";

/** Null where nothing is under way. */
export const readFillingPlace = (row: Row | undefined): FillingPlace | null =>
  row === undefined ? null : { upTo: integerAt(row, 0), app: textAt(row, 1), key: textAt(row, 2) };

/** Behind every id of an app. */
const afterAll = "\u{10ffff}";

/**
 * Puts what many commits have counted into the table, app after app: some rows in each of the commits that
 * follow, and with them, in the same transaction, the place where the next goes on.
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
  #rows: Iterator<CounterRow | null>;

  constructor(sums: CounterSums, textOf: (name: number) => string, place: FillingPlace) {
    this.sums = sums;
    this.#textOf = textOf;
    this.#place = place;
    this.#next = place;
    this.#rows = rowsAfter(sums.byApp(textOf), place);
  }

  get place(): FillingPlace {
    return this.#next;
  }

  get isWritten(): boolean {
    return this.#next.app === afterAll;
  }

  /** The next rows, at most so many; fewer, or none, while it is being prepared. `place` is behind them. */
  take(rowsMax: number): readonly CounterRow[] {
    const taken: CounterRow[] = [];
    const { upTo } = this.#place;
    while (taken.length < rowsMax) {
      const { done, value: row } = this.#rows.next();
      if (done === true) {
        this.#next = { upTo, app: afterAll, key: "" };
        return taken;
      }
      if (row === null) break;
      taken.push(row);
    }
    const last = taken.at(-1);
    if (last !== undefined) this.#next = { upTo, app: last.app, key: keyInApp(last) };
    return taken;
  }

  committed(): void {
    this.#place = this.#next;
  }

  rolledBack(): void {
    if (this.#next === this.#place) return;
    this.#next = this.#place;
    this.#rows = rowsAfter(this.sums.byApp(this.#textOf), this.#place);
  }
}

function* rowsAfter(apps: Iterator<AppSums | null>, place: FillingPlace): Generator<CounterRow | null> {
  for (let next = apps.next(); next.done !== true; next = apps.next()) {
    const { value } = next;
    if (value === null) yield null;
    else if (value.app >= place.app) for (const row of rowsOf(value)) if (!isFilled(place, row)) yield row;
  }
}

/** Those of one app, in the order of their keys; what adds to one row comes as one. */
const rowsOf = ({ additions }: AppSums): readonly CounterRow[] => {
  const rows = new Map<string, CounterRow>();
  for (const addition of additions()) {
    for (const grain of counterGrains) {
      const row = rowIn(grain, addition);
      if (row === null) continue;
      const key = keyInApp(row);
      rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) });
    }
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
};
