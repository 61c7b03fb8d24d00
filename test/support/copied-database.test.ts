import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { temporaryFolder } from "./carom-process.ts";
import { readCopyOf } from "./copied-database.ts";

test("a log that nobody recovered is read, and stays as it was", () => {
  const [running, left] = [temporaryFolder(), temporaryFolder()];
  const database = new DatabaseSync(join(running.path, "data.db"));
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE kept (number INTEGER); INSERT INTO kept VALUES (7)");
  // As a kill leaves it: the writer has closed nothing.
  for (const file of ["data.db", "data.db-wal"]) cpSync(join(running.path, file), join(left.path, file));
  database.close();
  const before = readFileSync(join(left.path, "data.db-wal"));
  assert.equal(
    readCopyOf(left.path, (copy) => copy.prepare("SELECT number FROM kept").get()?.["number"]),
    7,
  );
  assert.deepEqual(readdirSync(left.path).toSorted(), ["data.db", "data.db-wal"]);
  assert.deepEqual(readFileSync(join(left.path, "data.db-wal")), before);
  for (const folder of [running, left]) folder.remove();
});
