import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { lockFolder } from "#src/adapters/sqlite/folder-lock.ts";
import { runCommand } from "#test/support/run-command.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";

const answering = () => ({ status: 200, body: {} });

test("a stopped server's file is written anew, a running one's is not, and doctor says where it is due", async (context) => {
  const folder = sqliteFolder(context);
  await (await folder.open()).close();
  writeFileSync(`${folder.path}/compact-due`, "it was too large to be written anew\n");
  const due = await runCommand(["doctor", "--data", folder.path], answering);
  assert.match(
    due.printed.join("\n"),
    /may stay in data\.db \(it was too large .*stop the server and run `carom compact`/,
  );
  const unlock = lockFolder(folder.path);
  const running = await runCommand(["compact", "--data", folder.path], answering);
  assert.equal(running.exit, "failed");
  assert.match(running.told.join("\n"), /a server has .*: stop it first/);
  unlock();
  const done = await runCommand(["compact", "--data", folder.path], answering);
  assert.equal(done.exit, "ok");
  assert.match(done.printed.join("\n"), /data\.db: [\d.]+ MiB before, [\d.]+ MiB now\.$/);
  const well = await runCommand(["doctor", "--data", folder.path], answering);
  assert.doesNotMatch(well.printed.join("\n"), /carom compact/);
});
