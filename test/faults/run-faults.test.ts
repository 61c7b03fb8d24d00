import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { faultScripts } from "./fault-scripts.ts";

const run = (...given: readonly string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL("run-faults.ts", import.meta.url)), ...given], {
    encoding: "utf8",
  });

test("whoever asks how faults are run is told the usage and every name, and nothing is run", () => {
  for (const option of ["--help", "-h"]) {
    const { status, stdout } = run(option);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^npm run faults -- \[name\] \[seed\] \[strikes\]\n/);
    for (const { name } of faultScripts) assert.ok(stdout.includes(`\n  ${name}\n`), name);
  }
});

test("a name that no fault has ends with 1 and the names that there are", () => {
  const { status, stdout } = run("nonsuch");
  assert.equal(status, 1);
  assert.match(stdout, /^no such fault: nonsuch\nthere are:\n {2}\S/);
});
