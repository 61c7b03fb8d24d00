import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

/** For what takes two seconds: a pattern with two readings of a character would take years, so that this measures no speed. */
const killedAfter = 60_000;

test("whatever is pasted, repairing and translating it ends", (t) => {
  const seed = String(Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000_000));
  const script = new URL("paste-process.ts", import.meta.url).pathname;
  const { stdout, stderr, error } = spawnSync(process.execPath, [script, seed], {
    encoding: "utf8",
    timeout: killedAfter,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024 * 1024,
  });
  const told = stdout.trimEnd().split("\n");
  t.diagnostic(`seed ${seed}: ${told.length - 1} texts`);
  assert.equal(told.at(-1), '"ended"', `seed ${seed}: did not end: ${stderr} ${error?.message ?? ""}`);
});
