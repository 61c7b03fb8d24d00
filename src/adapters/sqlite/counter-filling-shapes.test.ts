import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { noon } from "#test/support/an-event.ts";
import { CounterReads } from "./counter-reads.ts";
import { CounterRows } from "./counter-rows.ts";
import { DecisionSums, nothingCounted } from "./decision-sums.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { migrate, migrations } from "./migrations.ts";

const days = 1;

/** What is told of all days, over all names and measures. */
const total = (database: DatabaseSync, textOf: (name: number) => string): number => {
  const answer: Flat = [];
  new CounterReads(database, textOf).read(new FlatReader([days, 0, noon * 2, null, 0]), answer);
  let sum = 0;
  for (let place = 0; place < answer.length; place += 6) sum += Number(answer[place + 5]);
  return sum;
};

const rowsIn = (database: DatabaseSync, table: string): number =>
  Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);

const commit = (database: DatabaseSync, rows: CounterRows, count: () => void): void => {
  database.exec("BEGIN");
  count();
  rows.flush();
  database.exec("COMMIT");
  rows.committed();
};

const openDatabase = (): DatabaseSync => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  return database;
};

/** Commits until something is in the table and not all; each counts every name once. Answers the events. */
const countUntilFilling = (database: DatabaseSync, rows: CounterRows, names: readonly string[]): number => {
  let events = 0;
  while (rowsIn(database, "counted_place") === 0) {
    commit(database, rows, () => {
      for (const name of names) rows.countEvent({ at: noon, app: 1, name }, "accepted", nothingCounted);
    });
    events += names.length;
    assert.ok(events < 1_000_000, "a filling begins");
  }
  return events;
};

/** Ends the filling, each commit in a process of its own, and the counters are right after each. Answers the rows of each. */
const fillAnew = (database: DatabaseSync, textOf: (name: number) => string, expected: number): readonly number[] => {
  const filled: number[] = [];
  for (let before = rowsIn(database, "counter"); rowsIn(database, "counted_place") > 0; ) {
    const rows = new CounterRows(database, textOf);
    commit(database, rows, () => {});
    assert.equal(total(database, textOf), expected);
    filled.push(rowsIn(database, "counter") - before);
    before = rowsIn(database, "counter");
    assert.ok(filled.length < 200, "it comes to an end");
  }
  return filled;
};

describe("filling the table of counters, whatever is counted", () => {
  for (const app of ["com.example.game", "ｹﾞｰﾑ", "😀game", "\ud800game"]) {
    test(`is right at every commit for the app ${JSON.stringify(app)}`, () => {
      const textOf = (name: number): string => ["", app][name] ?? "";
      const database = openDatabase();
      const rows = new CounterRows(database, textOf);
      for (let commits = 1; commits <= 80; commits += 1) {
        commit(database, rows, () => rows.countEvent({ at: noon, app: 1, name: "x" }, "accepted", nothingCounted));
        assert.equal(total(database, textOf), commits);
      }
    });
  }

  test("goes on after the death of a process behind a name that no file keeps as it was", () => {
    const textOf = (name: number): string => ["", "com.example.game"][name] ?? "";
    const names = Array.from({ length: 400 }, (_, index) => (index % 3 === 0 ? `\ud800${index}` : `😀${index}`));
    const database = openDatabase();
    const events = countUntilFilling(database, new CounterRows(database, textOf), names);
    assert.ok(rowsIn(database, "counter") > 0);
    fillAnew(database, textOf, events);
  });

  test("goes slice by slice through one app that has many names and many integrations", () => {
    const integrations = 40;
    const texts = ["", "com.example.game"];
    for (let number = 0; number < integrations; number += 1) texts.push(`not_mapped integration:network_${number}_int`);
    texts.push(Array.from({ length: integrations }, (_, number) => number + 2).join(","));
    const textOf = (name: number): string => texts[name] ?? "";
    const decisions = new DecisionSums(textOf).of(`@${texts.length - 1}`);
    const database = openDatabase();
    const rows = new CounterRows(database, textOf);
    let expected = 0;
    while (rowsIn(database, "counted_place") === 0) {
      commit(database, rows, () => {
        for (let name = 0; name < 100; name += 1)
          rows.countEvent({ at: noon, app: 1, name: `event_${name}` }, "accepted", decisions);
      });
      expected += 100 * (1 + integrations);
    }
    const filled = fillAnew(database, textOf, expected);
    assert.ok(Math.max(...filled) <= 250, `${filled}`);
    assert.ok(filled.length >= (100 * integrations) / 250, `${filled.length} slices`);
  });
});

test("a filling that was under way in a folder of schema 17 is ended by the first start, once", () => {
  const textOf = (name: number): string => ["", "a.game", "b.game", "c.game"][name] ?? "";
  for (const [app, row, inTable] of [
    ["", "", []],
    ["b.game", "1\n0", ["a.game"]],
    ["b.game", "2", ["a.game", "b.game"]],
    ["\u{10ffff}", "", ["a.game", "b.game", "c.game"]],
  ] as const) {
    const database = new DatabaseSync(":memory:");
    migrate(database, migrations.slice(0, 17));
    const insert = database.prepare("INSERT INTO counted (position, body) VALUES (?, ?)");
    for (const number of [1, 2, 3, 4])
      insert.run(number, JSON.stringify([[[Math.min(number, 3), noon, "level_up", 5, 0]], []]));
    database.prepare("INSERT INTO counted_place (id, up_to, app, row) VALUES (1, 3, ?, ?)").run(app, row);
    for (const filled of inTable)
      for (const grain of [0, 1])
        database
          .prepare(
            "INSERT INTO counter (grain, at, app, owner, name, measure, count) VALUES (?, ?, ?, '', 'x', 'accepted', 5)",
          )
          .run(grain, noon, filled);
    migrate(database);
    let rows = new CounterRows(database, textOf);
    assert.deepEqual([total(database, textOf), rowsIn(database, "counted")], [20, 1]);
    rows = new CounterRows(database, textOf);
    commit(database, rows, () => {});
    assert.equal(total(database, textOf), 20);
  }
});
