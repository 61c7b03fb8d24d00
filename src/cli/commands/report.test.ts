import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReportRowWire } from "#src/contract/stats-contract.ts";
import { runCommand } from "#test/support/run-command.ts";

const row: ReportRowWire = {
  day: "2026-01-14",
  app_id: "com.example.game",
  partner_id: "net",
  rule_id: null,
  event_name: "buy",
  delivered: 1_234,
  dead: 0,
  cancelled: 0,
  skipped: 5,
  dead_by: {},
  skipped_by: { not_mapped: 5 },
};
const times = { from: "2026-01-01T00:00:00.000Z", to: "2026-02-01T00:00:00.000Z" };
const run = (data: readonly ReportRowWire[], ...options: readonly string[]) =>
  runCommand(["report", "--partner", "net", ...options], ({ path }) => ({
    status: 200,
    body: path.includes("csv") ? "day,app_id\r\n" : { ...times, data },
  }));

test("a report is a table with its filter, or says that there is nothing", async () => {
  const { exit, printed, heard } = await run([row, { ...row, partner_id: null, rule_id: "crash", event_name: null }]);
  assert.equal(exit, "ok");
  assert.match(heard[0]?.path ?? "", /^\/v1\/reports\/postbacks\?partner_id=net$/);
  assert.match(printed.join("\n"), /2026-01-14 +com\.example\.game +net +buy +1,234 +0 +0 +5/);
  assert.match(printed.join("\n"), /rule crash +\(other names\)/);
  assert.match((await run([])).printed.join(""), /Nothing was sent/);
});

test("as JSON and as CSV it is what the server answers", async () => {
  assert.deepEqual(JSON.parse((await run([row], "--json")).printed.join("")).data, [row]);
  const csv = await run([row], "--csv");
  assert.match(csv.heard[0]?.path ?? "", /format=csv/);
  assert.deepEqual(csv.printed, ["day,app_id"]);
});
