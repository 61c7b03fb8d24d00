import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { readCompactDue } from "./compact-due.ts";
import { compactFolder } from "./compact-folder.ts";
import { openForWriting } from "./data-file.ts";
import { WholeRewrite } from "./whole-rewrite.ts";

test("a file too large to be written anew in use is noted until it is compacted; then nothing of what went is in it", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const data = `${folder.path}/data.db`;
  const large = new DatabaseSync(data);
  large.exec(`INSERT INTO blank (bytes) VALUES (zeroblob(${40 * 1_048_576})), (CAST('somebody-here' AS BLOB))`);
  large.close();
  const storage = await folder.open();
  const event = aRecordedEvent();
  await storage.store.record(aBatch([event]));
  assert.deepEqual(await storage.store.scrub(), { leftInLog: false, leftInFile: "large_file" });
  assert.equal(readCompactDue(folder.path), "it was too large to be written anew");
  await assert.rejects(compactFolder(folder.path), { name: "FolderOwned" });
  await storage.close();
  chmodSync(data, 0o640);
  const { before, after } = await compactFolder(folder.path);
  assert.ok(before > 40_000_000 && after < 1_000_000, `${before} ${after}`);
  assert.equal(readCompactDue(folder.path), null);
  assert.ok(!readFileSync(data).includes("somebody-here"));
  assert.ok(!existsSync(`${data}.compacting`));
  assert.equal(statSync(data).mode & 0o777, 0o640);
  const again = await folder.open();
  assert.equal((await again.log.readEvent(event.event.id))?.event.id, event.event.id);
  assert.equal((await again.store.scrub()).leftInFile, null);
  await again.close();
});

test("where the file cannot be written anew the old one stays, and why is told", async (context) => {
  const folder = sqliteFolder(context);
  await assert.rejects(compactFolder(folder.path), /data\.db is not there/);
  await (await folder.open()).close();
  const data = `${folder.path}/data.db`;
  const other = new DatabaseSync(data);
  other.exec("BEGIN; SELECT count(*) FROM event");
  await assert.rejects(compactFolder(folder.path), /another program has .*data\.db open/);
  other.close();
  writeFileSync(data, "no database at all, and long enough to be taken for one that is damaged".repeat(20));
  await assert.rejects(compactFolder(folder.path), /was not written anew: file is not a database/);
  assert.match(readFileSync(data, "utf8"), /^no database at all/);
  assert.ok(!existsSync(`${data}.compacting`));
});

test("a rewrite that fails is told with its reason", (context) => {
  const folder = sqliteFolder(context);
  const database = openForWriting(folder.path);
  context.after(() => database.close());
  const rewrite = new WholeRewrite(database);
  assert.deepEqual(rewrite.run(), { kind: "whole" });
  database.exec("BEGIN");
  assert.deepEqual(rewrite.run(), { kind: "failed", message: "cannot VACUUM from within a transaction" });
});

test("what a compaction that was killed left behind goes when the server is started", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const left = `${folder.path}/data.db.compacting`;
  writeFileSync(left, "ada@example.com");
  await (await folder.open()).close();
  assert.ok(!existsSync(left));
});

test("a data.db that is a link is compacted where it lies, unless another program has it open", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const data = `${folder.path}/data.db`;
  const large = new DatabaseSync(data);
  large.exec("CREATE TABLE gone (bytes); INSERT INTO gone VALUES ('somebody-here'); DROP TABLE gone");
  large.close();
  const there = `${folder.path}/elsewhere/data.db`;
  mkdirSync(`${folder.path}/elsewhere`);
  renameSync(data, there);
  symlinkSync(there, data);
  assert.ok(readFileSync(there).includes("somebody-here"));
  const other = new DatabaseSync(data);
  other.exec("BEGIN; SELECT count(*) FROM event");
  await assert.rejects(compactFolder(folder.path), /another program has .*data\.db open/);
  other.close();
  await compactFolder(folder.path);
  assert.ok(lstatSync(data).isSymbolicLink());
  assert.ok(!readFileSync(there).includes("somebody-here"));
  await (await folder.open()).close();
});
