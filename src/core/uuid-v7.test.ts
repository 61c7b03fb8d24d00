import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { uuidV7 } from "./uuid-v7.ts";

const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
const instant = fc.nat({ max: 2 ** 48 - 1 });

test("the example of RFC 9562 (A.6) comes out as printed there", () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(uuidV7(0x017f22e279b0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

test("every id is a UUID of version 7 and variant 10, in lower case", () => {
  fc.assert(
    fc.property(instant, tenBytes, (now, random) => {
      assert.match(uuidV7(now, random), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

test("an id of a later millisecond sorts after an earlier one, whatever chance says", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 48 - 2 }), tenBytes, tenBytes, (now, first, second) => {
      assert.ok(uuidV7(now, first) < uuidV7(now + 1, second));
    }),
  );
});

test("a time out of range and too few bytes are bugs", () => {
  assert.throws(() => uuidV7(-1, new Uint8Array(10)), /48 bits/);
  assert.throws(() => uuidV7(0, new Uint8Array(9)), /ten random bytes/);
});
