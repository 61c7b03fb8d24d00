import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const entry = (key: string, revision: number | null) => ({
  key,
  revision,
  at: "2026-01-14T12:00:00.000Z",
  by: "ops",
  by_id: null,
  account_id: "main",
  app_id: null,
  change: "made",
  before: null,
  after: null,
});

test("the newest of what was done is shown last, and asked for as the options say", async () => {
  const body = { data: [entry("key/key_2", null), entry("app/shop", 3)], next_cursor: null };
  const { exit, heard, printed } = await runCommand(
    ["audit", "--kind", "key", "--by", "ops", "--resource", "key/key_2", "-n", "2"],
    () => ({
      status: 200,
      body,
    }),
  );
  assert.equal(exit, "ok");
  assert.equal(heard[0]?.path, "/v1/audit?key=key%2Fkey_2&kind=key&by=ops&limit=2");
  assert.match(printed[0] ?? "", /ops +made +app\/shop +revision 3/);
  assert.match(printed[1] ?? "", /ops +made +key\/key_2/);
});

test("what was begun and has not ended is told apart", async () => {
  const begun = { ...entry("backup//copies/one", null), change: "written", after: { stage: "begun" } };
  const { printed } = await runCommand(["audit"], () => ({ status: 200, body: { data: [begun], next_cursor: null } }));
  assert.match(printed[0] ?? "", /ops +written +backup\/\/copies\/one +begun/);
});

test("that there is more, or nothing, is said", async () => {
  const more = { data: [entry("app/shop", 3)], next_cursor: "1-1" };
  assert.match((await runCommand(["audit"], () => ({ status: 200, body: more }))).told[0] ?? "", /There is more/);
  const none = { data: [], next_cursor: null };
  assert.match((await runCommand(["audit"], () => ({ status: 200, body: none }))).told[0] ?? "", /Nothing was done/);
});
