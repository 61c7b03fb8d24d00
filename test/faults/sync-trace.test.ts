import assert from "node:assert/strict";
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { cannotInject } from "#test/support/fault-injection.ts";
import { traceOf } from "./sync-trace.ts";

test("the trace reports a store that does not sync", {
  skip: cannotInject("a store that does not sync"),
}, async (t) => {
  const copy = temporaryFolder();
  t.after(copy.remove);
  const root = process.cwd();
  cpSync(join(root, "src"), join(copy.path, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(copy.path, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy.path, "node_modules"));
  let planted = 0;
  for (const file of globSync(join(copy.path, "src/adapters/sqlite/**/*.ts"))) {
    const source = readFileSync(file, "utf8");
    const unsafe = source.replaceAll(/synchronous\s*=\s*FULL/gi, "synchronous = OFF");
    if (unsafe !== source) planted += 1;
    writeFileSync(file, unsafe);
  }
  assert.ok(planted > 0, "synchronous = FULL stands nowhere in the adapter, so nothing was planted");
  const { requests, acknowledgements, outcomes } = await traceOf(3, copy.path);
  // Each of them: at no way in is it another's sync that is counted.
  for (const { told, unsynced } of [acknowledgements, outcomes]) assert.deepEqual([unsynced, told], [told, requests]);
});
