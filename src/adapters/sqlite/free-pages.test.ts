import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { openForWriting } from "./data-file.ts";
import type { Flat } from "./flat.ts";
import { FreePages } from "./free-pages.ts";
import { migrate } from "./migrations.ts";

const aFile = (context: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), "carom-free-"));
  const database = openForWriting(folder);
  context.after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  migrate(database);
  const holds = (text: string): boolean => {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return readFileSync(`${folder}/data.db`).includes(text);
  };
  return { database, holds };
};

const install = (database: DatabaseSync, record: number, body: string) =>
  database
    .prepare("INSERT INTO install (record, app, written_at, keys, body) VALUES (?, 1, 0, '[]', ?)")
    .run(record, body);

test("rows that were written before a table's root was divided leave nothing behind when they go", (context) => {
  const { database, holds } = aFile(context);
  for (let record = 1; record <= 400; record += 1) install(database, record, `person-${record}- ${"x".repeat(200)}`);
  assert.ok(holds("person-3-"));
  for (const record of [1, 3, 200, 400]) database.prepare("DELETE FROM install WHERE record = ?").run(record);
  for (const record of [1, 3, 200, 400]) assert.ok(!holds(`person-${record}-`), `${record}`);
  assert.ok(holds("person-2-"));
});

test("pages that a row has left are overwritten, and the blanks go", (context) => {
  const { database, holds } = aFile(context);
  for (let record = 1; record <= 40; record += 1) install(database, record, `${"x".repeat(90_000)} tail-${record}-`);
  database.exec("DELETE FROM install WHERE record < 40");
  assert.ok(holds("tail-3-"), "a free page keeps what stood in it");
  const pages = new FreePages(database);
  let calls = 0;
  for (let isMore = true; isMore; calls += 1) {
    const answer: Flat = [];
    pages.wash(answer);
    isMore = answer[0] === 1;
    assert.ok(calls < 20, "it ends");
  }
  for (let record = 1; record < 40; record += 1) assert.ok(!holds(`tail-${record}-`), `${record}`);
  assert.ok(holds("tail-40-"));
  assert.equal(database.prepare("SELECT count(*) AS left FROM blank").get()?.["left"], 0);
});
