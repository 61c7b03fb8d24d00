import type { DatabaseSync, StatementSync } from "node:sqlite";
import { appId } from "#src/core/ids.ts";
import {
  type Counter,
  type CounterGrain,
  type CounterQuery,
  counterGrains,
  grainMs,
  kindOfMeasure,
} from "#src/ports/counters.ts";
import { integerAt, prepare, type Row, textAt } from "./columns.ts";
import { additionsAfter, readFillingPlace, selectFillingPlace } from "./counter-filling.ts";
import { type CounterRow, grainNumber, keyInApp, rowIn } from "./counter-row.ts";
import { type CounterAddition, CounterSums } from "./counter-sums.ts";
import { type Flat, type FlatReader, pushList, readText } from "./flat.ts";

/** Reads counters by the range of their buckets: `DeliveryLog.counters`. What commits have counted apart is added to the table's. */
export class CounterReads {
  readonly #database: DatabaseSync;
  readonly #textOf: (name: number) => string;
  readonly #select: StatementSync;
  readonly #ofApp: StatementSync;
  readonly #apart: StatementSync;
  readonly #place: StatementSync;

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#database = database;
    this.#textOf = textOf;
    this.#select = prepare(
      database,
      "SELECT at, app, owner, name, measure, count FROM counter WHERE grain = ? AND at >= ? AND at < ? ORDER BY at",
    );
    this.#ofApp = prepare(
      database,
      "SELECT at, app, owner, name, measure, count FROM counter WHERE grain = ? AND at = ? AND app = ?",
    );
    this.#apart = prepare(database, "SELECT position, body FROM counted ORDER BY position");
    this.#place = prepare(database, selectFillingPlace);
  }

  /** Takes what `pushCounterQuery` writes; answers `at, app, owner, name, measure, count` for each. */
  read(call: FlatReader, answer: Flat): void {
    const query = {
      grain: counterGrains[call.number()] ?? "hour",
      from: call.number(),
      to: call.number(),
      app: call.textOrNull(),
      kinds: new Set(call.list(readText)),
    };
    // Both as of one commit: what is moved to the table in between would count twice, or not at all.
    this.#database.exec("BEGIN");
    try {
      const apart = this.#rowsApart(query);
      const counters: CounterRow[] = [];
      for (const row of this.#rows(query)) {
        const counter = counterOf(row, query.grain);
        if (!isWanted(counter, query)) continue;
        const key = keyOf(counter);
        counters.push({ ...counter, count: counter.count + (apart.get(key)?.count ?? 0) });
        apart.delete(key);
      }
      counters.push(...apart.values());
      counters.sort((one, other) => one.at - other.at);
      for (const counter of counters) pushRow(answer, counter);
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  *#rows({ grain, from, to, app }: Query): Iterable<Row> {
    const number = grainNumber(grain);
    if (app === null) {
      yield* this.#select.iterate(number, from, to);
      return;
    }
    // The key of a row begins with its bucket and its app: of one among ten thousand the others are not read.
    const step = grainMs[grain];
    for (let at = Math.ceil(from / step) * step; at < to; at += step) yield* this.#ofApp.iterate(number, at, app);
  }

  /** What is not in the table yet. */
  #rowsApart(query: Query): Map<string, CounterRow> {
    const place = readFillingPlace(this.#place.get());
    const filling = new CounterSums();
    const apart = new CounterSums();
    for (const row of this.#apart.iterate()) {
      const isFilling = place !== null && integerAt(row, 0) <= place.upTo;
      (isFilling ? filling : apart).addPacked(textAt(row, 1));
    }
    const rows = new Map<string, CounterRow>();
    const add = (additions: Iterable<CounterAddition | null>): void => {
      for (const addition of additions) {
        const row = addition === null ? null : rowIn(query.grain, addition);
        if (row === null || !isWanted(row, query)) continue;
        const { from, to, app } = query;
        if (row.at < from || row.at >= to || (app !== null && row.app !== app)) continue;
        const key = keyOf(row);
        rows.set(key, { ...row, count: row.count + (rows.get(key)?.count ?? 0) });
      }
    };
    add(apart.additions(this.#textOf));
    if (place !== null) add(additionsAfter(place, filling, this.#textOf));
    return rows;
  }
}

type Query = {
  readonly grain: CounterGrain;
  readonly from: number;
  readonly to: number;
  readonly app: string | null;
  /** Empty: all. */
  readonly kinds: ReadonlySet<string>;
};

const isWanted = ({ measure }: CounterRow, { kinds }: Query): boolean =>
  kinds.size === 0 || kinds.has(kindOfMeasure(measure));

const counterOf = (row: Row, grain: CounterGrain): CounterRow => ({
  grain,
  at: integerAt(row, 0),
  app: textAt(row, 1),
  owner: textAt(row, 2),
  name: textAt(row, 3),
  measure: textAt(row, 4),
  count: integerAt(row, 5),
});

const keyOf = (row: CounterRow): string => `${row.app}\n${keyInApp(row)}`;

const pushRow = (answer: Flat, { at, app, owner, name, measure, count }: CounterRow): void => {
  answer.push(at, app, owner, name, measure, count);
};

export const pushCounterQuery = (flat: Flat, { grain, from, to, appId: app, kinds }: CounterQuery): void => {
  flat.push(grainNumber(grain), from, to, app ?? null);
  pushList(flat, kinds ?? []);
};

export const readCounters = (answer: FlatReader, { grain }: CounterQuery): readonly Counter[] => {
  const counters: Counter[] = [];
  const isDay = grain === counterGrains[1];
  while (!answer.isAtEnd) {
    const at = answer.number();
    const app = appId(answer.text());
    const owner = answer.text();
    const name = answer.text();
    counters.push({
      at,
      appId: app,
      owner: owner === "" ? null : owner,
      eventName: isDay && name !== "" ? name : null,
      measure: answer.text(),
      count: answer.number(),
    });
  }
  return counters;
};
