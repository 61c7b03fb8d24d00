import assert from "node:assert/strict";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { test } from "node:test";
import { createAnswering } from "./answer-call.ts";
import { CounterReads } from "./counter-reads.ts";
import { EventFinder } from "./find-events.ts";
import { PostbackFinder } from "./find-postbacks.ts";
import { LogRows } from "./log-rows.ts";
import { migrate } from "./migrations.ts";
import { recover } from "./recovery.ts";
import { EventScan } from "./scan-events.ts";
import { searchSources } from "./search-sources.ts";
import { createStoreState } from "./store-state.ts";

/** Tables that grow with traffic: nothing may read one from end to end. */
const largeTables = [
  "event",
  "postback",
  "ending",
  "attempt",
  "live",
  "span",
  "waiting",
  "waiting_key",
  "install",
  "install_key",
  "later_postback",
  "amendment",
  "known_bucket",
  "kept_event",
  "kept_postback",
  "postback_version",
  "orphan_client_event",
  "counter",
];

class WatchedDatabase extends DatabaseSync {
  readonly prepared: string[] = [];

  override prepare(...given: Parameters<DatabaseSync["prepare"]>): StatementSync {
    this.prepared.push(given[0]);
    return super.prepare(...given);
  }
}

/** Prepares everything that the store and reader threads ever ask. */
const everyStatement = (): { readonly database: WatchedDatabase; readonly statements: readonly string[] } => {
  const database = new WatchedDatabase(":memory:");
  migrate(database);
  const state = createStoreState(database);
  createAnswering(state);
  recover(state, 0);
  const rows = new LogRows(database);
  searchSources(database, rows);
  const search = { index: () => assert.fail("nothing is looked up here") };
  const events = new EventFinder(database, rows, search);
  new PostbackFinder(database, rows, { events, indexes: search });
  new EventScan(database, rows);
  new CounterReads(database);
  return { database, statements: [...new Set(database.prepared)] };
};

const planOf = (database: DatabaseSync, sql: string): string[] =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row["detail"]));

/** Answers the large tables that a statement reads from end to end. One bounded by LIMIT in the table's own order is none. */
const scansOf = (database: DatabaseSync, sql: string): string[] => {
  const plan = planOf(database, sql);
  const isBounded = /\bLIMIT \?/.test(sql) && !plan.some((line) => line.includes("TEMP B-TREE"));
  if (isBounded) return [];
  return largeTables.filter((table) => plan.some((line) => new RegExp(`^SCAN ${table}\\b`).test(line)));
};

/** Asked once, when the folder is opened, or about the open segment alone. */
const askedAtOpening = [/^SELECT max\(id\) FROM kept_event$/, /^SELECT number FROM known_segment$/];

test("no question of the store or the reader reads a large table from end to end", () => {
  const { database, statements } = everyStatement();
  assert.ok(statements.length > 60, "all statements are seen");
  const scanning = statements
    .filter((sql) => !sql.startsWith("PRAGMA") && !askedAtOpening.some((pattern) => pattern.test(sql)))
    .flatMap((sql) => scansOf(database, sql).map((table) => `${table}: ${sql}`));
  assert.deepEqual(scanning, []);
});

test("a question that does is seen", () => {
  const { database } = everyStatement();
  assert.deepEqual(scansOf(database, "SELECT sequence FROM event WHERE revision = ?"), ["event"]);
  assert.deepEqual(scansOf(database, "SELECT postback FROM live ORDER BY since LIMIT ?"), ["live"]);
});

test("a claim walks the index of due times, and the lanes are found by skipping from one to the next", () => {
  const { database, statements } = everyStatement();
  const plansWith = (part: string): string[] =>
    statements.filter((sql) => sql.includes(part)).flatMap((sql) => planOf(database, sql));
  assert.deepEqual(plansWith("(due, postback) > (?, ?) AND due <= ?"), [
    "SEARCH live USING INDEX live_by_due (receiver=? AND lane=? AND due>? AND due<?)",
  ]);
  assert.deepEqual(plansWith("(receiver, lane) > (?, ?)"), [
    "SEARCH live USING COVERING INDEX live_by_due ((receiver,lane)>(?,?))",
  ]);
});
