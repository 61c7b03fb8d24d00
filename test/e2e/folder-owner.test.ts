import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";

test("a second server on a folder refuses with words, and the first goes on", async (t) => {
  const folder = temporaryFolder();
  const first = await startCaromProcess({ folder: folder.path });
  t.after(async () => {
    await first.kill("SIGTERM");
    folder.remove();
  });
  // The first one's socket must survive, so the second is started without the support's clean-up.
  const second = spawnSync(process.execPath, ["src/cli/bin.ts", "serve"], {
    env: { ...process.env, CAROM_DATA: folder.path, CAROM_PORT: "0" },
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(second.status, 1);
  assert.match(second.stderr, /belongs to another running Carom/);
  assert.doesNotMatch(second.stderr, /\n\s+at /, "a stack is not words");
  assert.equal((await first.local({ method: "GET", path: "/healthz" })).status, 200);
});
