import assert from "node:assert/strict";
import test from "node:test";
import { isSameValue } from "./same-value.ts";

test("values are the same whatever the order of their members, and not of their lists", () => {
  assert.equal(isSameValue({ a: 1, b: { c: [1, 2], d: null } }, { b: { d: null, c: [1, 2] }, a: 1 }), true);
  assert.equal(isSameValue({ a: [1, 2] }, { a: [2, 1] }), false);
  assert.equal(isSameValue(undefined, undefined), true);
  assert.equal(isSameValue(undefined, null), false);
});
