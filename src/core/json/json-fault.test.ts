import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findJsonFault, placeInText } from "./json-fault.ts";
import { parseJson } from "./parse-json.ts";

test("a text has a fault exactly where JSON.parse does not take it", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "\\", "0", "x", ":", "\n", "1e", "-", "nul"))
    .map(([text, place, junk]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + junk + text.slice(at + (place % 3));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken, fc.string()), (text) => {
      assert.equal(findJsonFault(text) === null, parseJson(text).kind === "parsed", text);
    }),
    { numRuns: 3000 },
  );
});

test("the fault is the first character that cannot stand there, or the end", () => {
  assert.equal(findJsonFault('{"a":1,}'), 7);
  assert.equal(findJsonFault("[1 2]"), 3);
  assert.equal(findJsonFault("[05]"), 2);
  assert.equal(findJsonFault("[tru]"), 1);
  assert.equal(findJsonFault("[-]"), 1);
  assert.equal(findJsonFault('"a\\x"'), 2);
  assert.equal(findJsonFault('"a\nb"'), 2);
  assert.equal(findJsonFault('"a'), 2);
  assert.equal(findJsonFault('{"a"'), 4);
  assert.equal(findJsonFault('{"a" 1}'), 5);
  assert.equal(findJsonFault("{} {}"), 3);
  assert.equal(findJsonFault(""), 0);
  assert.equal(findJsonFault(' {"\\u00e9\\n": [ ] , "b":null}\t'), null);
});

test("a place is told as line and column, as editors count them", () => {
  assert.equal(placeInText("abc", 0), "line 1, column 1");
  assert.equal(placeInText("a\nbc", 3), "line 2, column 2");
  assert.equal(placeInText("a\n", 2), "line 2, column 1");
});
