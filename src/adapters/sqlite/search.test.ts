import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { openForReading, searchFileName } from "./data-file.ts";
import { LogRows } from "./log-rows.ts";
import { Search } from "./search.ts";
import { removeSearchFile } from "./search-file.ts";

test("a search file that cannot be made anew is told to whoever asks, and is there when it can be again", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await storage.store.record(aBatch([aRecordedEvent(), aRecordedEvent()]));
  await storage.close();
  const database = openForReading(folder.path);
  const search = new Search(folder.path, { before: "", now: "here" }, { database, rows: new LogRows(database) });
  removeSearchFile(folder.path);
  mkdirSync(`${folder.path}/${searchFileName}`);
  search.discard();
  for (let tries = 0; tries < 2; tries += 1) {
    assert.throws(() => search.advance());
    assert.throws(() => search.index("events"));
  }
  rmdirSync(`${folder.path}/${searchFileName}`);
  search.advance();
  assert.equal(search.index("events").lag, 0);
  search.close();
  database.close();
});

test("a search file that is damaged behind its first page is made anew at the opening and at the end, and finds as before", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await storage.store.record(aBatch([aRecordedEvent(), aRecordedEvent()]));
  await storage.close();
  const database = openForReading(folder.path);
  const open = () =>
    new Search(folder.path, { before: "here", now: "here" }, { database, rows: new LogRows(database) });
  const first = open();
  first.advance();
  first.close();
  const path = `${folder.path}/${searchFileName}`;
  const bytes = readFileSync(path);
  const firstPageBytes = 4096;
  assert.ok(bytes.length > 3 * firstPageBytes, "everything is in the first page, so nothing is damaged");
  // The page of `belonging` stays as it is: the file looks as if it fitted.
  writeFileSync(path, bytes.fill(0xa5, 2 * firstPageBytes));
  const second = open();
  second.advance();
  assert.equal(second.index("events").lag, 0);
  second.close();
  const third = open();
  assert.equal(third.index("events").lag, 0);
  third.close();
  database.close();
});
