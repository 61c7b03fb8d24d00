import assert from "node:assert/strict";
import { mkdirSync, rmdirSync } from "node:fs";
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
