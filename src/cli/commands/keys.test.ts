import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const key = (more: object) => ({
  id: "key_1",
  kind: "ingest",
  name: "web",
  account_id: "main",
  role: null,
  app_id: "shop",
  hint: "carom_ingest_Abc",
  created_at: "2026-01-14T12:00:00.000Z",
  expires_at: null,
  rate_per_second: null,
  origins: [],
  last_used_at: null,
  ...more,
});
const listOf = async (...data: object[]) =>
  (await runCommand(["keys"], () => ({ status: 200, body: { data } }))).printed.join("\n");

test("the end of a key is told to the minute", async () => {
  assert.match(await listOf(key({ expires_at: "2026-01-14T13:05:00.000Z" })), / 2026-01-14 13:05Z /);
});

test("rate and origins are shown where a key has them", async () => {
  assert.doesNotMatch(await listOf(key({})), /RATE|ORIGINS/);
  const text = await listOf(key({}), key({ id: "key_2", rate_per_second: 500, origins: ["https://shop.example"] }));
  assert.match(text, /USED +RATE +ORIGINS +NAME/);
  assert.match(text, /key_1 .* - +- +web/);
  assert.match(text, /key_2 .* 500\/s +https:\/\/shop\.example +web/);
});
