import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const target = {
  id: "notice_1",
  account_id: "main",
  name: "on call",
  active: true,
  kinds: "*",
  app_id: null,
  to: { kind: "webhook", url: "https://ops.example/hook", secret: null },
};
const open = {
  kind: "silence",
  subject: "com.example.game",
  app_id: "com.example.game",
  partner_id: null,
  detail: "no event for 40 hours",
  since: "2026-01-14T12:00:00.000Z",
  opened_at: "2026-01-14T12:00:00.000Z",
  told_at: "2026-01-14T12:00:00.000Z",
};

test("the list shows what is wrong first, then who is told", async () => {
  const { printed } = await runCommand(["notices"], () => ({ status: 200, body: { data: [target], open: [open] } }));
  assert.deepEqual(printed, [
    "silence  no event for 40 hours (since 2026-01-14T12:00:00.000Z)",
    "notice_1  https://ops.example/hook  everything  on call",
  ]);
});

test("a webhook with its secret and kinds is added, and one place is wanted", async () => {
  const { exit, heard, printed } = await runCommand(
    [
      "notices",
      "add",
      "--webhook",
      "https://ops.example/hook",
      "--secret",
      "ops.key",
      "--kinds",
      "silence,dead_growing",
    ],
    () => ({ status: 201, body: target }),
  );
  assert.deepEqual([exit, printed], ["ok", ["notice_1"]]);
  assert.deepEqual(JSON.parse(heard[0]?.body ?? ""), {
    name: "https://ops.example/hook",
    kinds: ["silence", "dead_growing"],
    app_id: null,
    to: { kind: "webhook", url: "https://ops.example/hook", secret: "ops.key" },
  });
  const nowhere = await runCommand(["notices", "add"], () => ({ status: 201, body: target }));
  assert.deepEqual([nowhere.exit, nowhere.heard.length], ["usage", 0]);
});

test("a test that was not heard says why and fails; removing says so", async () => {
  const answer = { status: 200, body: { heard: false, reason: "it answered 500" } };
  const tested = await runCommand(["notices", "test", "notice_1"], () => answer);
  assert.deepEqual([tested.exit, tested.printed], ["failed", ["It was not heard: it answered 500"]]);
  const removed = await runCommand(["notices", "remove", "notice_1"], () => ({
    status: 200,
    body: { id: "notice_1" },
  }));
  assert.deepEqual(removed.printed, ["Notice notice_1 is gone."]);
  assert.equal((await runCommand(["notices", "test"], () => answer)).exit, "usage");
  assert.equal((await runCommand(["notices", "shout"], () => answer)).exit, "usage");
});
