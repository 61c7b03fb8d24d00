import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const at = "2026-01-14T12:00:00.000Z";
const ada = {
  id: "user_1",
  email: "ada@example.com",
  name: "Ada",
  account_id: "main",
  role: "owner",
  status: "active",
  has_password: true,
  created_at: at,
  last_seen_at: null,
};
const link = {
  kind: "invitation",
  url: "https://carom.example/invite/carom_link_1",
  token: "carom_link_1",
  expires_at: at,
};
const listed = (...data: readonly object[]) => ({ status: 200, body: { data } });

test("somebody is invited with a role into an account, and the link is what is printed", async () => {
  const { exit, heard, printed, told } = await runCommand(
    ["users", "invite", "ada@example.com", "--role", "admin", "--account", "bright"],
    () => ({ status: 201, body: { user: ada, link, mail: "refused" } }),
  );
  assert.equal(exit, "ok");
  assert.equal(heard[0]?.path, "/v1/users");
  assert.deepEqual(JSON.parse(String(heard[0]?.body)), {
    email: "ada@example.com",
    role: "admin",
    account_id: "bright",
  });
  assert.deepEqual(printed, [link.url]);
  assert.match(told.at(-1) ?? "", /could not be sent by mail/);
});

test("a member is named by email, and asked about by id in their account", async () => {
  const { exit, heard, printed } = await runCommand(["users", "disable", "Ada@example.com"], ({ method }) =>
    method === "GET" ? listed(ada) : { status: 200, body: { ...ada, status: "disabled" } },
  );
  assert.equal(exit, "ok");
  assert.equal(heard[1]?.path, "/v1/users/user_1?account_id=main");
  assert.deepEqual(JSON.parse(String(heard[1]?.body)), { disabled: true });
  assert.match(printed[0] ?? "", /shut out of every account/);
});

test("who is unknown, or in several accounts, is asked for again and nothing is done", async () => {
  const unknown = await runCommand(["users", "remove", "adda@example.com"], () => listed(ada));
  assert.equal(unknown.exit, "failed");
  assert.match(unknown.told[0] ?? "", /nobody with the email adda@example.com.*ada@example.com/);
  const twice = await runCommand(["users", "remove", "ada@example.com"], () =>
    listed(ada, { ...ada, account_id: "bright" }),
  );
  assert.equal(twice.exit, "usage");
  assert.match(twice.told[0] ?? "", /main, bright.*--account/);
  assert.equal(twice.heard.length, 1);
  assert.equal((await runCommand(["users", "invit"], () => listed())).exit, "usage");
  assert.equal((await runCommand(["users", "role", "ada@example.com"], () => listed(ada))).exit, "usage");
});
