import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { startCaromProcess } from "#test/support/carom-process.ts";
import { mountSmallDisk } from "#test/support/small-disk.ts";

const disk = mountSmallDisk(64);
const remount = (mode: "ro" | "rw"): boolean =>
  disk !== null && spawnSync("mount", ["-o", `remount,${mode}`, disk.path]).status === 0;

test("a folder on a disk that is read-only is refused at the start with words, and taken once it can be written", {
  skip: disk === null ? "this process may not mount a small file system: a read-only one was NOT tried" : false,
}, async (t) => {
  assert.ok(disk !== null);
  t.after(disk.remove);
  const first = await startCaromProcess({ folder: disk.path });
  await first.kill("SIGTERM");
  assert.ok(remount("ro"), "the small disk cannot be made read-only");
  await assert.rejects(startCaromProcess({ folder: disk.path }), /cannot be (used|made)|read-?only/i);
  assert.ok(remount("rw"));
  const next = await startCaromProcess({ folder: disk.path });
  assert.equal(await next.kill("SIGTERM"), 0, next.log());
});
