import type { DatabaseSync, StatementSync } from "node:sqlite";
import { appId } from "#src/core/ids.ts";
import { type Counter, type CounterQuery, counterGrains } from "#src/ports/counters.ts";
import { integerAt, prepare, textAt } from "./columns.ts";
import { grainNumber } from "./counter-rows.ts";
import type { Flat, FlatReader } from "./flat.ts";

/** Reads counters by the range of their buckets: `DeliveryLog.counters`. */
export class CounterReads {
  readonly #select: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = prepare(
      database,
      "SELECT at, app, owner, name, measure, count FROM counter WHERE grain = ? AND at >= ? AND at < ? ORDER BY at",
    );
  }

  /** Takes what `pushCounterQuery` writes; answers `at, app, owner, name, measure, count` for each. */
  read(call: FlatReader, answer: Flat): void {
    const grain = call.number();
    const from = call.number();
    const to = call.number();
    const app = call.textOrNull();
    for (const row of this.#select.iterate(grain, from, to)) {
      if (app !== null && textAt(row, 1) !== app) continue;
      answer.push(integerAt(row, 0), textAt(row, 1), textAt(row, 2), textAt(row, 3), textAt(row, 4), integerAt(row, 5));
    }
  }
}

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
