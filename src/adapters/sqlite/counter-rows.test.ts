import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { bucketOf, counterNamesMax, grainMs } from "#src/ports/counters.ts";
import { noon } from "#test/support/an-event.ts";
import { CounterReads } from "./counter-reads.ts";
import { CounterRows } from "./counter-rows.ts";
import { DecisionSums, nothingCounted } from "./decision-sums.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { migrate } from "./migrations.ts";

const names = [
  "",
  "com.example.game",
  "match integration:net/level_up",
  "com.example.game/integration:net",
  "other.app",
  "not_mapped integration:net",
  // A list that events share.
  "2,5,5",
];
const textOf = (name: number): string => names[name] ?? "";

const sums = new DecisionSums(textOf);
const decided = (column: string) => sums.of(column);

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

/** Names that the days' counters have, by day. */
const namesByDay = (database: DatabaseSync): ReadonlyMap<number, readonly string[]> => {
  const answer: Flat = [];
  new CounterReads(database, textOf).read(new FlatReader([1, 0, noon * 2, null, 0]), answer);
  const names = new Map<number, string[]>();
  for (let place = 0; place < answer.length; place += 6) {
    const day = Number(answer[place]);
    names.set(day, [...(names.get(day) ?? []), String(answer[place + 3])]);
  }
  return names;
};

const rowsIn = (database: DatabaseSync, table: "counter" | "counted"): number =>
  Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);

describe("counters of the store", () => {
  test("what a commit counts is read after it, though it is not in the table yet", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    commit(database, rows, () => rows.countEvent(event, "accepted", decided("2")));
    assert.deepEqual(read(database), ["accepted 1", "match 1"]);
    assert.deepEqual([rowsIn(database, "counter"), rowsIn(database, "counted")], [0, 1]);
  });

  test("many commits are put into the table at once, and nothing counts twice or is left out", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    for (let number = 1; number <= 100; number += 1) {
      commit(database, rows, () => rows.countEvent(event, "accepted", decided(number % 2 === 0 ? "2" : "2,2")));
      assert.deepEqual(read(database), [`accepted ${number}`, `match ${number + Math.ceil(number / 2)}`]);
    }
    assert.ok(rowsIn(database, "counter") > 0 && rowsIn(database, "counted") < 100);
  });

  test("a list that events share counts as if each had told it, with what it decides otherwise", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    commit(database, rows, () => {
      for (const column of ["@6", "@6,1:2", "5", "@6,0:5,2", "@6"]) rows.countEvent(event, "accepted", decided(column));
    });
    assert.deepEqual(read(database), ["accepted 5", "match 5", "skip:not_mapped 9"]);
  });

  test("what is decided otherwise each time counts nowhere, and not as none", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    commit(database, rows, () => rows.countEvent(event, "accepted", decided("@6,0:5")));
    assert.deepEqual(read(database), ["accepted 1", "skip:not_mapped 3"]);
  });

  test("what the last process counted apart is put into the table by the next", () => {
    const database = openDatabase();
    const last = new CounterRows(database, textOf);
    commit(database, last, () => last.countEvent(event, "accepted", decided("2")));
    const next = new CounterRows(database, textOf);
    for (let number = 0; number < 70; number += 1)
      commit(database, next, () => next.countEvent(event, "duplicate", nothingCounted));
    assert.deepEqual(read(database), ["accepted 1", "duplicate 70", "match 1"]);
    assert.ok(rowsIn(database, "counted") < 70);
  });

  test("where one commit counts in two days by turns, each has its own names, and no more than it may", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    const today = bucketOf("day", noon);
    const tomorrow = today + grainMs.day;
    const count = (at: number, name: string): void => rows.countEvent({ at, app: 1, name }, "accepted", nothingCounted);
    commit(database, rows, () => {
      for (let number = 0; number < counterNamesMax; number += 1) count(tomorrow - 1, `name-${number}`);
      count(tomorrow, "of-tomorrow");
      count(tomorrow - 1, "one-too-many");
      count(tomorrow, "of-tomorrow-too");
      count(tomorrow - 1, "name-0");
    });
    const names = namesByDay(database);
    assert.deepEqual(names.get(tomorrow)?.toSorted(), ["of-tomorrow", "of-tomorrow-too"]);
    assert.equal(names.get(today)?.length, counterNamesMax + 1);
    assert.ok(names.get(today)?.includes("") && !names.get(today)?.includes("one-too-many"));
  });

  test("a day that comes back after its names were forgotten has the same names", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    const today = bucketOf("day", noon);
    const count = (at: number, name: string): void => rows.countEvent({ at, app: 1, name }, "accepted", nothingCounted);
    commit(database, rows, () => {
      for (let number = 0; number < counterNamesMax; number += 1) count(noon, `name-${number}`);
    });
    for (let commits = 0; commits < 200; commits += 1)
      commit(database, rows, () => count(noon + grainMs.day, "of-tomorrow"));
    commit(database, rows, () => count(noon, "one-too-many"));
    assert.equal(namesByDay(database).get(today)?.includes("one-too-many"), false);
  });

  test("what a failed commit has counted is counted nowhere, also where it was to fill the table", () => {
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    for (let number = 0; number < 70; number += 1) {
      database.exec("BEGIN");
      rows.countEvent(event, "accepted", decided("2"));
      rows.flush();
      database.exec("ROLLBACK");
      rows.rolledBack();
      commit(database, rows, () => rows.countEnd({ at: noon, receiver: 3, name: "level_up", measure: "delivered" }, 5));
    }
    assert.deepEqual(read(database), ["delivered 70", "latency:10 70"]);
  });
});
