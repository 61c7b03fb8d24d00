import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { recordPostbacks } from "#src/ports/conformance/recorded-postbacks.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";
import { FolderOwned, FolderUnusable } from "./folder-lock.ts";
import { SchemaNewer } from "./migrations.ts";

test("a second process on the folder is refused with words, and the first goes on", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await assert.rejects(folder.open(), (error) => error instanceof FolderOwned && error.message.includes(folder.path));
  await recordPostbacks(storage, [{}]);
  await storage.close();
  await (await folder.open()).close();
});

test("a process that is killed leaves no lock, and what it had in hand waits", async (context) => {
  const folder = sqliteFolder(context);
  const child = spawn(process.execPath, ["test/support/recording-process.ts", folder.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [told] = await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const { log } = await folder.open();
  const waiting = await log.findPostbacks({ state: "pending" }, { limit: 10, cursor: null });
  assert.deepEqual(waiting.items.map(({ postback }) => postback.id).toReversed(), String(told).trim().split(" "));
});

test("a folder that cannot be used is refused with words", async (context) => {
  const folder = sqliteFolder(context);
  writeFileSync(`${folder.path}/file`, "");
  await assert.rejects(folder.open(`${folder.path}/file`), FolderUnusable);
  await assert.rejects(folder.open(`${folder.path}/file/below`), FolderUnusable);
});

test("a file that is no data of ours is refused with words, and left as it is", async (context) => {
  const folder = sqliteFolder(context);
  writeFileSync(`${folder.path}/data.db`, "a letter to a friend, ".repeat(500));
  await assert.rejects(folder.open(), FolderUnusable);
});

test("a folder of a newer Carom is refused with words, and nothing is touched", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  const database = new DatabaseSync(`${folder.path}/data.db`);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await assert.rejects(folder.open(), SchemaNewer);
  await assert.rejects(folder.open(), SchemaNewer, "and is not owned by whoever was refused");
});

test("a closed folder holds its data in one file beside the search file and the lock", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  await recordPostbacks(storage, [{}]);
  await storage.close();
  assert.deepEqual(readdirSync(folder.path).toSorted(), ["data.db", "owner.lock", "search.db"]);
});

test("after a close every call is rejected", async (context) => {
  const storage = await sqliteFolder(context).open();
  await storage.close();
  await assert.rejects(storage.store.nextDueAt(0));
  await assert.rejects(storage.log.totals());
});
