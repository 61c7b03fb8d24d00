import assert from "node:assert/strict";
import { test } from "node:test";
import { readQuoted, readTransformCalls } from "./read-transform-calls.ts";

test("transforms are read with their arguments and places, up to the closing brace", () => {
  assert.deepEqual(readTransformCalls("{x|upper|map:a=1:'b|}'='it''s'|default:}rest", 2), {
    kind: "read",
    calls: [
      { name: "upper", args: [], at: 2 },
      { name: "map", args: ["a=1", "b|}=it's"], at: 8 },
      { name: "default", args: [""], at: 30 },
    ],
    end: 39,
  });
});

test("what cannot be read is told with its place", () => {
  assert.deepEqual(readTransformCalls("{x|upper", 2), {
    kind: "unreadable",
    at: 7,
    message: "the brace is not closed",
  });
  assert.deepEqual(readTransformCalls("{x|default:'a}", 2), {
    kind: "unreadable",
    at: 10,
    message: "the quote ' is not closed",
  });
  assert.deepEqual(readTransformCalls("{x|default:a{b}", 2), {
    kind: "unreadable",
    at: 12,
    message: "{ cannot stand here; write it in quotes: '…'",
  });
  assert.deepEqual(readTransformCalls("{x|up'per}", 2), {
    kind: "unreadable",
    at: 5,
    message: "' cannot stand here; write it in quotes: '…'",
  });
});

test("a quote inside quotes is doubled", () => {
  assert.deepEqual(readQuoted("'it''s'", 0), { text: "it's", end: 7 });
  assert.equal(readQuoted("'it''s", 0), null);
});
