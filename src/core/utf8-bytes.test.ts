import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exceedsUtf8Bytes } from "./utf8-bytes.ts";

test("bytes are counted as an encoder writes them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.nat({ max: 120 }), (text, max) => {
      assert.equal(exceedsUtf8Bytes(text, max), new TextEncoder().encode(text).length > max);
    }),
  );
});
