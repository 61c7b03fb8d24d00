import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const pause = { level: "partner", id: "north", since: "2026-01-14T12:00:00.000Z", by: "ops" };
const inForce = () => ({ status: 200, body: { data: [pause] } });

test("everything is not paused by an id that was meant for something else", async () => {
  for (const action of ["pause", "resume"]) {
    const { exit, heard, told } = await runCommand([action, "everything", "north"], inForce);
    assert.equal(exit, "usage");
    assert.equal(heard.length, 0, "nothing was asked of the server");
    assert.match(told[0] ?? "", /everything takes no id; for one partner write `carom \w+ partner north`/);
  }
});

test("without arguments the pauses in force are listed, and nothing is changed", async () => {
  const { exit, heard, printed } = await runCommand(["pause"], inForce);
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ method, path }) => `${method} ${path}`),
    ["GET /v1/pauses"],
  );
  assert.deepEqual(printed, ["paused  partner north  since 2026-01-14T12:00:00.000Z by ops"]);
  const none = await runCommand(["pause"], () => ({ status: 200, body: { data: [] } }));
  assert.deepEqual(none.printed, ["Nothing is paused."]);
  assert.equal((await runCommand(["resume"], inForce)).exit, "usage");
});

test("a rate may be less than one a second", async () => {
  const { heard } = await runCommand(["resume", "partner", "north", "--rate", "0.5"], inForce);
  assert.equal(heard[0]?.body, '{"rate_per_second":0.5}');
});
