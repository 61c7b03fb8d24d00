import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import fc from "fast-check";
import { noon } from "#test/support/an-event.ts";
import { CounterReads } from "./counter-reads.ts";
import { CounterRows } from "./counter-rows.ts";
import { DecisionSums } from "./decision-sums.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { migrate } from "./migrations.ts";

const apps = 40;
const partners = 8;
const appName = (app: number): string => `com.example.app-${app}`;
/** Names are numbers: of apps, of receivers, then of decisions. */
const names = [
  "",
  ...Array.from({ length: apps }, (_, app) => appName(app)),
  ...Array.from({ length: apps }, (_, app) => `integration:${appName(app)}:net-0`),
  ...Array.from({ length: partners }, (_, partner) => `match integration:net-${partner}/level_up`),
];
const textOf = (name: number): string => names[name] ?? "";
const column = Array.from({ length: partners }, (_, partner) => 1 + 2 * apps + partner).join(",");
const decisions = new DecisionSums(textOf).of(column);
/** Each app's rows of hours and of days: accepted and a match of each partner, then delivered, and latency by hour. */
const rowsOfApp = 2 * (1 + partners) + 3;

/** A file, and what it must say of hours: `app measure` with its count. */
const aFile = () => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const expected = new Map<string, number>();
  const expect = (app: number, measure: string, count: number): void => {
    const key = `${appName(app)} ${measure}`;
    expected.set(key, (expected.get(key) ?? 0) + count);
  };
  let rows = new CounterRows(database, textOf);
  const run = (count: (rows: CounterRows) => void, isKept: boolean): void => {
    database.exec("BEGIN");
    count(rows);
    rows.flush();
    database.exec(isKept ? "COMMIT" : "ROLLBACK");
    if (isKept) rows.committed();
    else rows.rolledBack();
  };
  const countApp = (app: number) => (rows: CounterRows) => {
    rows.countEvent({ at: noon, app: 1 + app, name: "level_up" }, "accepted", decisions);
    rows.countEnd({ at: noon, receiver: 1 + apps + app, name: "level_up", measure: "delivered" }, 5);
  };
  return {
    database,
    expected,
    commit: (app: number): void => {
      run(countApp(app), true);
      for (const measure of ["accepted", "delivered", "latency:10"]) expect(app, measure, 1);
      expect(app, "match", partners);
    },
    /** Long names, so that what a commit counts takes half a megabyte. */
    commitNames: (app: number, count: number): void => {
      run((rows) => {
        for (let name = 0; name < count; name += 1)
          rows.countEvent({ at: noon, app: 1 + app, name: `${name}-${"n".repeat(1_200)}` }, "accepted", decisions);
      }, true);
    },
    commitNothing: (): void => run(() => {}, true),
    fail: (app: number): void => run(countApp(app), false),
    /** A process that died: the next has nothing but the file. */
    reopen: (): void => {
      rows = new CounterRows(database, textOf);
    },
    sweep: (now: number): void => run((rows) => rows.forget(now), true),
  };
};

/** By app and measure; of all partners together. */
const told = (database: DatabaseSync, grain: 0 | 1): ReadonlyMap<string, number> => {
  const answer: Flat = [];
  new CounterReads(database, textOf).read(new FlatReader([grain, 0, noon * 2, null, 0]), answer);
  const counts = new Map<string, number>();
  for (let place = 0; place < answer.length; place += 6) {
    const key = `${answer[place + 1]} ${answer[place + 4]}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(answer[place + 5]));
  }
  return counts;
};

const assertTold = ({ database, expected }: ReturnType<typeof aFile>): void => {
  assert.deepEqual(new Map([...told(database, 0)].sort()), new Map([...expected].sort()));
  const ofDays = [...expected].filter(([key]) => !key.includes("latency"));
  assert.deepEqual(new Map([...told(database, 1)].sort()), new Map(ofDays.sort()));
};

const rowsIn = (database: DatabaseSync, table: string): number =>
  Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);

/** As many commits as there are apps and receivers: what they counted is due, and not a row of it is in the table. */
const aFileAboutToFill = (appsUsed = apps): ReturnType<typeof aFile> => {
  const file = aFile();
  const commits = Math.max(64, 2 * appsUsed);
  for (let commit = 0; commit < commits; commit += 1) file.commit(commit % appsUsed);
  assert.deepEqual([rowsIn(file.database, "counter"), rowsIn(file.database, "counted")], [0, commits]);
  return file;
};

describe("filling the table of counters", () => {
  test("goes some rows a commit, also where a commit counts nothing, until nothing is counted apart", () => {
    const file = aFileAboutToFill();
    const filled: number[] = [];
    for (let before = 0; rowsIn(file.database, "counted") > 0; ) {
      file.commitNothing();
      const rows = rowsIn(file.database, "counter");
      filled.push(rows - before);
      before = rows;
      assertTold(file);
      assert.ok(filled.length < 20, "it comes to an end");
    }
    assert.equal(rowsIn(file.database, "counter"), apps * rowsOfApp);
    assert.ok(Math.max(...filled) <= 250, `${filled}`);
    assert.equal(rowsIn(file.database, "counted_place"), 0);
  });

  test("is neither lost nor doubled where a process dies, or a commit fails, between any two slices", () => {
    const step = fc.record({
      does: fc.constantFrom("commit", "commitNothing", "fail", "reopen"),
      app: fc.integer({ min: 0, max: apps - 1 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(1, 2, apps), fc.array(step, { minLength: 10, maxLength: 40 }), (appsUsed, steps) => {
        const file = aFileAboutToFill(appsUsed);
        file.commitNothing();
        assert.equal(rowsIn(file.database, "counted_place"), 1);
        for (const { does, app } of steps) {
          file[does](app);
          assertTold(file);
        }
        for (let commit = 0; commit < 20; commit += 1) file.commitNothing();
        file.reopen();
        assertTold(file);
      }),
      { numRuns: 20 },
    );
  });

  test("takes nothing with it that is counted while its own rows are removed", () => {
    const file = aFile();
    for (let commit = 0; commit < 64; commit += 1) file.commit(0);
    file.commitNothing();
    for (let commit = 0; commit < 5; commit += 1) {
      file.commit(0);
      assertTold(file);
    }
    file.reopen();
    assertTold(file);
  });

  test("goes on with more rows a commit, the more is counted meanwhile", () => {
    const file = aFile();
    const bytes = (): number =>
      Number(file.database.prepare("SELECT sum(length(body)) AS bytes FROM counted").get()?.["bytes"] ?? 0);
    const most: number[] = [];
    for (let commit = 0; commit < 40; commit += 1) {
      file.commitNames(commit % apps, 400);
      most.push(bytes());
    }
    const due = 4 * 1024 * 1024;
    assert.ok(Math.max(...most) > due, "a filling was begun");
    assert.ok(Math.max(...most) < 2.5 * due, `${most.map((value) => Math.round(value / 1024))} KiB`);
  });

  test("is done at once for what is as old as what a sweep forgets", () => {
    const file = aFile();
    file.commit(1);
    const later = noon + 40 * 86_400_000;
    file.sweep(later);
    assert.equal(rowsIn(file.database, "counted"), 0);
    assert.deepEqual(told(file.database, 0), new Map());
    assert.notEqual(told(file.database, 1).size, 0, "days are kept for longer");
    file.commit(2);
    file.reopen();
    assert.deepEqual(told(file.database, 0).get(`${appName(2)} accepted`), 1);
  });
});
