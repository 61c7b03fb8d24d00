import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { growthOf, planOf, tablesOf } from "#test/support/query-plan.ts";
import {
  isMadeOf,
  type PreparedStatement,
  statementsInSource,
  statementsPreparedBy,
  statementsWrittenIn,
} from "#test/support/sqlite-statements.ts";
import { findActs } from "./act-rows.ts";
import { createAnswering } from "./answer-call.ts";
import { openForReading, openForWriting } from "./data-file.ts";
import { beginEpoch } from "./epoch.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { GroupCommit } from "./group-commit.ts";
import { LogDesk } from "./log-desk.ts";
import { LogRows } from "./log-rows.ts";
import { migrate } from "./migrations.ts";
import { readNames } from "./name-rows.ts";
import { recover } from "./recovery.ts";
import { RowsAhead } from "./rows-ahead.ts";
import { Search } from "./search.ts";
import { createStoreState } from "./store-state.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-plans-"));
after(() => rmSync(folder, { recursive: true }));

/** Does once what the store thread and the reader thread do: all that they ever ask is prepared by it. */
const drive = (): void => {
  const database = openForWriting(folder);
  migrate(database);
  const epoch = beginEpoch(database, "now");
  // One postback in hand of a process that died, and counters that an older one was putting into their table.
  database.exec(`
    INSERT INTO postback (sequence, event, receiver, target, tag, redelivery, created_at, method, url)
      VALUES (1, 1, 1, 1, 0, 0, 0, 'GET', 'https://a.example');
    INSERT INTO owed (first, last) VALUES (1, 1);
    INSERT INTO former_counted_place (id, up_to, app, row) VALUES (1, 0, '', '')`);
  const state = createStoreState(database);
  recover(state, 0);
  const answering = createAnswering(state);
  const { answerCall } = answering;
  new GroupCommit(state, answering);
  const ask = (operation: Parameters<typeof answerCall>[0], ...call: Flat): void =>
    answerCall(operation, new FlatReader(call), []);
  ask("erase", 0, 0);
  ask("readConfig", "keys", 0);
  ask("readConfig", "people");
  for (const question of Object.keys(findActs)) ask("readConfig", question, 10, ...Array(9).fill(null), 1);
  ask("writeConfig", "forgetActs", 2, 0, 1, 0);
  askForCatalogs(ask);
  readNames(database);
  const reader = openForReading(folder);
  const rows = new LogRows(reader);
  const search = new Search(folder, epoch, { database: reader, rows });
  new RowsAhead(reader);
  new LogDesk(reader, rows, { search, ahead: { read: () => {} } });
  search.close();
  // The file that is there fits the next epoch: its own statement writes that down.
  new Search(folder, { before: epoch.now, now: "later" }, { database: reader, rows }).close();
  reader.close();
  database.close();
};

/** Questions about the catalog are put together from parts: each form is asked, and each condition of the history. */
const askForCatalogs = (ask: (operation: "readConfig" | "writeConfig", ...call: Flat) => void): void => {
  for (const revision of [1, 2])
    ask("writeConfig", "saveCatalog", revision - 1, 0, "somebody", null, 1, "app/a", "a", "{}");
  for (const revision of [null, 1]) ask("readConfig", "catalogRevision", revision);
  for (const revision of [null, 0, 1]) ask("readConfig", "catalogParts", revision);
  const conditions = ["key", "kind", "appId", "by", "account", "revision", "since", "from", "to", "cursor"];
  for (const condition of conditions) ask("readConfig", "catalogHistory", 10, 1, condition, 1);
  ask("readConfig", "catalogHistory", 10, conditions.length, ...conditions.flatMap((condition) => [condition, 1]));
};

const prepared: readonly PreparedStatement[] = statementsPreparedBy(drive);
const written = statementsWrittenIn(import.meta.dirname);
const data = openForReading(folder);
const search = new DatabaseSync(`${folder}/search.db`);
after(() => {
  data.close();
  search.close();
});

/** Tables that do not grow with traffic, and why. Every other one is large, one that is new too. */
const smallTables: Readonly<Record<string, string>> = {
  blank: "what free pages are overwritten with, for as long as that takes; one of any is read",
  folder: "one row",
  tally: "one row",
  belonging: "one row",
  name: "one row an app, receiver, target or decision; read from end to end at opening",
  owed: "one row a commit whose postbacks are in memory; read at opening",
  cancel_mark: "one row a receiver whose postbacks are being cancelled; in memory, read at opening",
  cancel_request: "one row a postback cancelled in flight; in memory, read at opening",
  known_segment: "one row for 16,384 events; read at opening and when a commit is taken back",
  known_filter: "one row for a million events; one is read at a time",
  filter_group: "one row for sixty million events; read at opening and when a commit is taken back",
  catalog_revision: "one row a change before the catalog was stored by its parts; none is added",
  catalog_document_part: "a view of `catalog_revision`",
  catalog_change: "one row a change that somebody made",
  catalog_version: "one row a part and change that somebody made",
  pause: "one row a pause that somebody made",
  api_key: "one row a key that somebody made",
  secret: "one row a secret that somebody made",
  job: "one row a replay or backfill that somebody asked for",
  user: "one row a person whom somebody invited",
  membership: "one row a person and account",
  one_time_link: "one row an invitation or reset of the last weeks; removed when it has ended",
  session: "one row a browser that somebody is signed in with; a person has a few",
  exchange_rate: "one row a currency and day, for as many days as are kept",
  counted: "one row a commit, put into `counter` before they are more than it has rows, or larger than some MiB",
  notice_target: "one row a target that somebody made",
  open_notice: "one row a trouble that lasts",
  queued_notice: "one row a notice that waits to be sent",
};

/** What may look as if it grew, and why it does not. */
const bounded: Readonly<Record<string, string>> = {
  "SELECT client_hash, sequence, recorded_at FROM event WHERE sequence > ? AND client_hash IS NOT NULL":
    "from the start of the open segment on, at opening",
  "SELECT app, client_event_id, event, recorded_at FROM orphan_client_event WHERE event > ?":
    "from the start of the open segment on, at opening",
  "SELECT DISTINCT name FROM counter WHERE grain = 1 AND at = ? AND app = ?":
    "one app and day, whose names are counted up to a limit",
  "SELECT postback, receiver FROM live WHERE postback < ? ORDER BY postback DESC":
    "walked row by row, and left when the page is full",
  [`SELECT sequence, tag FROM any_postback WHERE sequence BETWEEN ? AND ?
       UNION ALL
       SELECT sequence, tag FROM later_postback JOIN any_postback ON sequence = postback WHERE later_postback.event = ?
       ORDER BY 1`]: "the postbacks of one event",
};

const isQuestion = (sql: string): boolean => /^\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\s/.test(sql);

/** What was prepared, and what is written whole: a question that is prepared on demand is one of these. */
const statements = [
  ...new Set([...prepared.map(({ sql }) => sql), ...written.texts.filter((text) => !text.includes("${"))]),
].filter(isQuestion);

const databaseOf = (sql: string): DatabaseSync =>
  /\b(?:belonging|segment|bucket|run|key_list)\b/.test(sql) && !sql.includes("known_") ? search : data;
const small = new Set(Object.keys(smallTables));
const growthOfOurs = (sql: string): readonly string[] => growthOf(databaseOf(sql), sql, small);

test("every place that prepares a statement has prepared one here", () => {
  const reached = new Set(prepared.map(({ site }) => site));
  assert.ok(written.sites.length > 150, "the places are found");
  assert.deepEqual(
    written.sites.filter((site) => !reached.has(site)),
    [],
  );
});

test("every text of a statement is looked at, whole or as it was put together", () => {
  const unseen = written.texts.filter(
    (text) => !statements.includes(text) && !statements.some((sql) => isMadeOf(sql, text)),
  );
  assert.ok(written.texts.length > 190, "the texts are found");
  assert.deepEqual(unseen, []);
});

test("no statement reads or sorts a table that grows with history", () => {
  const growing = statements.filter((sql) => bounded[sql] === undefined && growthOfOurs(sql).length > 0);
  assert.deepEqual(
    growing.map((sql) => ({ sql, growth: growthOfOurs(sql) })),
    [],
  );
});

test("each exception and each small table is one that is there", () => {
  const tables = [...tablesOf(data), ...tablesOf(search), "catalog_document_part"];
  assert.deepEqual(
    Object.keys(smallTables).filter((table) => !tables.includes(table)),
    [],
  );
  assert.deepEqual(
    Object.keys(bounded).filter((sql) => !statements.includes(sql) || growthOfOurs(sql).length === 0),
    [],
  );
});

test("a statement whose cost grows is told", () => {
  const growing: readonly (readonly [sql: string, growth: RegExp])[] = [
    ["SELECT sequence FROM event WHERE revision = ?", /SCAN event/],
    ["SELECT e.sequence FROM event AS e WHERE e.revision = ?", /SCAN e$/],
    ["SELECT postback FROM live ORDER BY since LIMIT ?", /SCAN live,USE TEMP B-TREE/],
    ["SELECT count(*) FROM postback WHERE sequence > ?", /SEARCH postback .*rowid>\?/],
    ["SELECT postback FROM live WHERE receiver = ? ORDER BY attempts", /TEMP B-TREE/],
    ["DELETE FROM ending WHERE ended_at < ?", /SCAN ending/],
    ["UPDATE install SET body = '' WHERE app = ?", /SCAN install/],
    ["SELECT postback FROM ending WHERE receiver = ? AND state = 1", /ending/],
  ];
  for (const [sql, growth] of growing) assert.match(growthOfOurs(sql).join(","), growth, sql);
});

test("a table that nobody named is large", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE newcomer (id INTEGER PRIMARY KEY, body TEXT)");
  assert.deepEqual(growthOf(database, "SELECT body FROM newcomer", small), ["SCAN newcomer"]);
  database.close();
});

test("a text and a place that nobody drove are found in the source", () => {
  const text = `SELECT id FROM \${table} WHERE a = ?`;
  const source = `const rows = prepare(\n  database,\n  \`${text}\`,\n);\n// prepare("SELECT 1")`;
  const found = statementsInSource("planted.ts", source);
  assert.deepEqual(found, { sites: ["planted.ts:1"], texts: [text] });
  assert.equal(isMadeOf("SELECT id FROM event WHERE a = ?", text), true);
  assert.equal(isMadeOf("SELECT id FROM event WHERE b = ?", text), false);
});

test("a claim walks the index of due times, and the lanes are found by skipping from one to the next", () => {
  const plansWith = (part: string): readonly string[] =>
    statements.filter((sql) => sql.includes(part)).flatMap((sql) => planOf(data, sql));
  assert.deepEqual(plansWith("(due, postback) > (?, ?) AND due <= ?"), [
    "SEARCH live USING INDEX live_by_due (receiver=? AND lane=? AND due>? AND due<?)",
  ]);
  assert.deepEqual(plansWith("(receiver, lane) > (?, ?)"), [
    "SEARCH live USING COVERING INDEX live_by_due ((receiver,lane)>(?,?))",
  ]);
});
