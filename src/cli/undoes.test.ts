import assert from "node:assert/strict";
import { test } from "node:test";
import { undoes } from "./undoes.ts";

const exported = { id: "x", name: "one", window: { days: 7 } };
const sides = (now: object | null, file: object | null) => ({
  exported,
  now: now === null ? null : { ...exported, ...now },
  file: file === null ? null : { ...exported, ...file },
});
const mine = true;
const others = false;

test("a field that the file still has as it was exported takes a change back, whoever made it", () => {
  for (const isOwn of [mine, others]) {
    assert.equal(undoes(sides({ name: "two" }, {}), isOwn), true);
    assert.equal(undoes(sides({ window: { days: 8 } }, { name: "two" }), isOwn), true);
    assert.equal(undoes(sides(null, {}), isOwn), true, "what was removed comes back");
    assert.equal(undoes(sides({}, null), isOwn), true, "what was changed is removed");
  }
});

test("what the file says as the server does, or of another field, takes nothing back", () => {
  for (const isOwn of [mine, others]) {
    assert.equal(undoes(sides({ name: "two" }, { name: "two" }), isOwn), false);
    assert.equal(undoes(sides({ name: "two" }, { name: "two", window: { days: 8 } }), isOwn), false);
    assert.equal(undoes(sides({ name: "two" }, { name: "two", window: "lifetime" }), isOwn), false);
  }
});

test("a field that was edited here and changed there is a question where somebody else changed it", () => {
  for (const [now, file] of [
    [{ name: "two" }, { name: "three" }],
    [{ window: { days: 8 } }, { window: "lifetime" }],
    [{ window: "lifetime" }, { window: { days: 9 } }],
  ] as const) {
    assert.equal(undoes(sides(now, file), mine), false);
    assert.equal(undoes(sides(now, file), others), true);
  }
});

test("what was made since the export is a question where somebody else made it otherwise", () => {
  const made = { exported: null, now: { name: "two" }, file: { name: "three" } };
  assert.deepEqual([undoes(made, mine), undoes(made, others)], [false, true]);
  assert.equal(undoes({ ...made, file: { name: "two" } }, others), false);
});
