import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { noon } from "#test/support/an-event.ts";
import { CounterReads } from "./counter-reads.ts";
import { CounterRows } from "./counter-rows.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { migrate } from "./migrations.ts";

const names = [
  "",
  "com.example.game",
  "match integration:net/level_up",
  "com.example.game/integration:net",
  "other.app",
];
const textOf = (name: number): string => names[name] ?? "";

const openDatabase = (): DatabaseSync => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  return database;
};

const commit = (database: DatabaseSync, rows: CounterRows, count: () => void): void => {
  database.exec("BEGIN");
  count();
  rows.flush();
  database.exec("COMMIT");
  rows.committed();
};

const event = { at: noon, app: 1, name: "level_up" };

/** `measure count` of every row of the hours. */
const read = (database: DatabaseSync): readonly string[] => {
  const answer: Flat = [];
  new CounterReads(database, textOf).read(new FlatReader([0, 0, noon * 2, null, 0]), answer);
  const rows = Array.from({ length: answer.length / 6 }, (_, row) => answer.slice(row * 6, row * 6 + 6));
  return rows.map(([, , , , measure, count]) => `${measure} ${count}`).sort();
};

const rowsIn = (database: DatabaseSync, table: "counter" | "counted"): number =>
  Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);

describe("counters of the store", () => {
  test("what a commit counts is read after it, though it is not in the table yet", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    commit(database, rows, () => rows.countEvent(event, "accepted", "2"));
    assert.deepEqual(read(database), ["accepted 1", "match 1"]);
    assert.deepEqual([rowsIn(database, "counter"), rowsIn(database, "counted")], [0, 1]);
  });

  test("many commits are put into the table at once, and nothing counts twice or is left out", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    for (let number = 1; number <= 100; number += 1) {
      commit(database, rows, () => rows.countEvent(event, "accepted", number % 2 === 0 ? "2" : "2,2"));
      assert.deepEqual(read(database), [`accepted ${number}`, `match ${number + Math.ceil(number / 2)}`]);
    }
    assert.ok(rowsIn(database, "counter") > 0 && rowsIn(database, "counted") < 100);
  });

  test("what the last process counted apart is put into the table by the next", () => {
    const database = openDatabase();
    const last = new CounterRows(database, textOf);
    commit(database, last, () => last.countEvent(event, "accepted", "2"));
    const next = new CounterRows(database, textOf);
    for (let number = 0; number < 70; number += 1)
      commit(database, next, () => next.countEvent(event, "duplicate", ""));
    assert.deepEqual(read(database), ["accepted 1", "duplicate 70", "match 1"]);
    assert.ok(rowsIn(database, "counted") < 70);
  });

  test("what a failed commit has counted is counted nowhere, also where it was to fill the table", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    for (let number = 0; number < 70; number += 1) {
      database.exec("BEGIN");
      rows.countEvent(event, "accepted", "2");
      rows.flush();
      database.exec("ROLLBACK");
      rows.rolledBack();
      commit(database, rows, () => rows.countEnd({ at: noon, receiver: 3, name: "level_up", measure: "delivered" }, 5));
    }
    assert.deepEqual(read(database), ["delivered 70", "latency:10 70"]);
  });
});
