import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

test("a place is told once, of an unknown field too, whose message names what it stands in", async () => {
  const entry = { code: "catalog.unknown_field", message: "partners[0]: unknown field `gallery`" };
  const errors = [{ ...entry, path: "partners[0].gallery" }];
  const problem = { type: "t", title: "t", status: 422, code: "catalog.refused", detail: "d", request_id: "r", errors };
  const { told } = await runCommand(["rates"], () => ({ status: 422, body: problem }));
  assert.deepEqual(told, ["error  partners[0].gallery: unknown field `gallery` (catalog.unknown_field)"]);
});
