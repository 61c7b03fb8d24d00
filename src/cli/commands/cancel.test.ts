import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const answering =
  (matching: number) =>
  ({ body }: { readonly body: string }) => {
    const { dry_run: isDry }: { dry_run: boolean } = JSON.parse(body);
    return { status: 200, body: { matching, cancelled: isDry ? 0 : matching, dry_run: isDry } };
  };

test("what waits is counted first, and cancelled with --yes", async () => {
  const { exit, heard, printed } = await runCommand(["cancel", "--partner", "north", "--yes"], answering(3));
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [true, false].map((isDry) => ["POST", "/v1/postbacks/cancel", { filter: { partner_id: "north" }, dry_run: isDry }]),
  );
  assert.deepEqual(printed, ["3 waiting postbacks cancelled."]);
});

test("a dry run cancels nothing, and neither does a filter that nothing meets", async () => {
  const dry = await runCommand(["cancel", "--app", "com.example.game", "--dry-run"], answering(1));
  assert.deepEqual([dry.heard.length, dry.printed], [1, ["1 waiting postback matches."]]);
  const none = await runCommand(["cancel", "--app", "com.example.game", "--yes"], answering(0));
  assert.deepEqual([none.exit, none.heard.length, none.printed], ["ok", 1, ["0 waiting postbacks match."]]);
});

test("without an answer or a filter nothing is done", async () => {
  const unasked = await runCommand(["cancel", "--partner", "north"], answering(3));
  assert.deepEqual([unasked.exit, unasked.heard.length], ["usage", 1]);
  assert.match(unasked.told.at(-1) ?? "", /Nothing was done/);
  const unfiltered = await runCommand(["cancel", "--yes"], answering(3));
  assert.deepEqual([unfiltered.exit, unfiltered.heard.length], ["usage", 0]);
});
