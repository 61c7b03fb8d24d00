import type { DatabaseSync, StatementSync } from "node:sqlite";
import { appId } from "#src/core/ids.ts";
import { type Counter, type CounterQuery, counterGrains, grainMs } from "#src/ports/counters.ts";
import { integerAt, prepare, type Row, textAt } from "./columns.ts";
import { grainNumber } from "./counter-rows.ts";
import type { Flat, FlatReader } from "./flat.ts";

/** Reads counters by the range of their buckets: `DeliveryLog.counters`. */
export class CounterReads {
  readonly #select: StatementSync;
  readonly #ofApp: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = prepare(
      database,
      "SELECT at, app, owner, name, measure, count FROM counter WHERE grain = ? AND at >= ? AND at < ? ORDER BY at",
    );
    this.#ofApp = prepare(
      database,
      "SELECT at, app, owner, name, measure, count FROM counter WHERE grain = ? AND at = ? AND app = ?",
    );
  }

  /** Takes what `pushCounterQuery` writes; answers `at, app, owner, name, measure, count` for each. */
  read(call: FlatReader, answer: Flat): void {
    const grain = call.number();
    const from = call.number();
    const to = call.number();
    const app = call.textOrNull();
    if (app === null) {
      pushRows(answer, this.#select.iterate(grain, from, to));
      return;
    }
    // The key of a row begins with its bucket and its app: of one among ten thousand the others are not read.
    const step = grainMs[counterGrains[grain] ?? "hour"];
    for (let at = Math.ceil(from / step) * step; at < to; at += step) {
      pushRows(answer, this.#ofApp.iterate(grain, at, app));
    }
  }
}

const pushRows = (answer: Flat, rows: Iterable<Row>): void => {
  for (const row of rows)
    answer.push(integerAt(row, 0), textAt(row, 1), textAt(row, 2), textAt(row, 3), textAt(row, 4), integerAt(row, 5));
};

export const pushCounterQuery = (flat: Flat, { grain, from, to, appId: app }: CounterQuery): void => {
  flat.push(grainNumber(grain), from, to, app ?? null);
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
