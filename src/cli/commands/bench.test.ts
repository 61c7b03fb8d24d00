import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../bin.ts", import.meta.url));
const run = promisify(execFile);

test("carom bench counts every accepted event at its receiver, over a real server", async () => {
  const { stdout } = await run(process.execPath, [program, "bench", "--seconds", "1", "--json"]);
  const told: Readonly<Record<string, number>> = JSON.parse(stdout);
  const { accepted = 0, heard, missing, latency_p50_ms: p50 = -1, latency_p99_ms: p99 = -1 } = told;
  // At full speed at least one batch, and a third of a second of single events.
  assert.ok(accepted >= 300, `${accepted} accepted`);
  assert.equal(heard, accepted);
  assert.equal(missing, 0);
  assert.ok(p50 > 0 && p99 >= p50, stdout);
  assert.ok((told["delivered_per_second"] ?? 0) > 0 && (told["accepted_per_second"] ?? 0) > 0, stdout);
});

test("carom bench says the machine, the rates, the latency and that nothing is missing", async () => {
  const { stdout } = await run(process.execPath, [program, "bench", "--seconds", "1"]);
  for (const said of ["machine", "accepted", "delivered", "latency p50", "latency p99", "0 doubled"])
    assert.ok(stdout.includes(said), `${said} is not in\n${stdout}`);
});
