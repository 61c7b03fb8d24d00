import assert from "node:assert/strict";
import { test } from "node:test";
import { invariant } from "./invariant.ts";

test("what holds passes, what does not is a bug with its words", () => {
  invariant(true, "unheard");
  assert.throws(() => invariant(false, "a lease has a token"), /invariant broken: a lease has a token/);
});
