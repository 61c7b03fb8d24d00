import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const at = "2026-01-14T12:00:00.000Z";
const set = { name: "token", updated_at: at, fault: null };

test("a value comes from standard input without its line break, and is printed nowhere", async () => {
  const { exit, heard, printed, told } = await runCommand(
    ["secrets", "set", "token"],
    () => ({ status: 200, body: set }),
    "s3cr3t\n",
  );
  assert.equal(exit, "ok", told.join("\n"));
  assert.deepEqual(
    [heard[0]?.method, heard[0]?.path, heard[0]?.body],
    ["PUT", "/v1/secrets/token", '{"value":"s3cr3t"}'],
  );
  assert.doesNotMatch([...printed, ...told].join("\n"), /s3cr3t/);
});

test("an empty value, a missing name and a strange action do nothing", async () => {
  for (const argv of [
    ["secrets", "set", "token"],
    ["secrets", "set"],
    ["secrets", "remove"],
    ["secrets", "sett"],
  ]) {
    const { exit, heard } = await runCommand(argv, () => ({ status: 200, body: set }));
    assert.deepEqual([exit, heard.length], ["usage", 0], argv.join(" "));
  }
});

test("a secret that cannot be opened is listed with what to do", async () => {
  const data = [set, { ...set, name: "old", fault: "other_key" }];
  const { printed } = await runCommand(["secrets"], () => ({ status: 200, body: { data, unset: [] } }));
  assert.match(printed[0] ?? "", /^token +set 2026-01-14T12:00:00\.000Z$/);
  assert.match(printed[1] ?? "", /^old +set .* cannot be opened: /);
});

test("removing a secret tells of what needs it", async () => {
  const body = { name: "token", needed_by: ["partners.north.templates.install"] };
  const { exit, printed, told } = await runCommand(["secrets", "remove", "token"], () => ({ status: 200, body }));
  assert.deepEqual([exit, printed], ["ok", ["Secret token is gone."]]);
  assert.match(told[0] ?? "", /partners\.north\.templates\.install needs it/);
});
