import assert from "node:assert/strict";
import { test } from "node:test";
import { caromVersion } from "#src/main/carom-version.ts";
import { runCommand } from "#test/support/run-command.ts";

test("the version is told with the Node that runs it, and asks no server", async () => {
  const nobodyAsks = () => ({ status: 500, body: {} });
  const { exit, heard, printed } = await runCommand(["version"], nobodyAsks);
  assert.deepEqual([exit, heard.length], ["ok", 0]);
  assert.deepEqual(printed, [`carom ${caromVersion()} on Node ${process.versions.node}`]);
  const json = await runCommand(["version", "--json"], nobodyAsks);
  const { carom, node, sqlite } = JSON.parse(json.printed[0] ?? "");
  assert.deepEqual([carom, node, sqlite], [caromVersion(), process.versions.node, process.versions["sqlite"]]);
});
