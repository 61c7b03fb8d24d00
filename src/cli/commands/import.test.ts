import assert from "node:assert/strict";
import { test } from "node:test";
import type { RulesImportWire } from "#src/contract/rules-import-contract.ts";
import { runCommand } from "#test/support/run-command.ts";

const answer: RulesImportWire = {
  app_id: "com.example.game",
  dry_run: false,
  revision: 7,
  changed: true,
  imported: [
    { path: "messages[0]", rule_id: "a", active: false, replaced: false },
    { path: "messages[1]", rule_id: "b", active: true, replaced: true },
  ],
  left: [{ path: "messages[2].template", code: "import.other_template", message: "messages[2].template: no postback" }],
  losses: [{ path: "messages[0].showRule", code: "import.value_replaced", message: "messages[0].showRule: is always" }],
  warnings: [{ path: "messages[0]", code: "template.url_blank", message: "messages[0]: a blank" }],
};
const file = '{"messages":[]}';
const run = (body: object, ...argv: readonly string[]) =>
  runCommand(["import", ...argv], () => ({ status: 200, body }), file);

test("a file goes to the server as it is, and what was not taken is told by its place", async () => {
  const { exit, heard, printed, told } = await run(answer, "adobe", "-", "--app", "com.example.game", "--activate");
  assert.equal(exit, "ok");
  assert.equal(heard[0]?.path, "/v1/apps/com.example.game/rules/import?activate=true");
  assert.equal(heard[0].body, file);
  assert.deepEqual(printed, [
    "messages[0]  rule a, inactive",
    "messages[1]  rule b, active, in place of the one that was there",
    "2 rules imported; revision 7 is in force.",
  ]);
  assert.deepEqual(told, [
    "left  messages[2].template: no postback (import.other_template)",
    "lost  messages[0].showRule: is always (import.value_replaced)",
    "warning  messages[0]: a blank (template.url_blank)",
  ]);
});

test("a callback that was left out makes the exit say so, and a dry run that nothing was done", async () => {
  const left = [{ path: "messages[2]", code: "import.message_unusable", message: "messages[2]: no" }];
  const app = ["adobe", "-", "--app", "x"];
  assert.equal((await run({ ...answer, left }, ...app)).exit, "partly");
  const dry = await run({ ...answer, dry_run: true, changed: false }, ...app, "--dry-run", "--replace");
  assert.match(dry.heard[0]?.path ?? "", /\?replace=true&dry_run=true$/);
  assert.match(dry.printed.at(-1) ?? "", /^2 rules would be imported\. Nothing was changed/);
  assert.match((await run({ ...answer, changed: false }, ...app)).printed.at(-1) ?? "", /^Nothing to change/);
  assert.deepEqual(JSON.parse((await run(answer, ...app, "--json")).printed.join("")), answer);
});

test("what cannot be imported is said before anything is asked", async () => {
  for (const [argv, words] of [
    [["appsflyer", "-"], /exports no configuration/],
    [["leanplum", "-"], /is not adobe/],
    [["adobe", "-"], /--app <app_id> is missing/],
  ] as const) {
    const { exit, heard, told } = await run(answer, ...argv);
    assert.deepEqual([exit, heard.length], ["usage", 0]);
    assert.match(told.join(""), words);
  }
});
