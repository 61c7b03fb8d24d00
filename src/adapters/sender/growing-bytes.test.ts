import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrowingBytes } from "./growing-bytes.ts";

test("what came in pieces stands behind one another", () => {
  const piece = fc.uint8Array({ maxLength: 600 });
  fc.assert(
    fc.property(piece, fc.array(piece, { maxLength: 20 }), (first, more) => {
      const growing = new GrowingBytes(first);
      for (const next of more) growing.append(next);
      assert.deepEqual(growing.bytes, Buffer.concat([first, ...more]));
      assert.equal(growing.length, growing.bytes.length);
    }),
  );
});

test("a first piece is copied: what it was a part of may go", () => {
  const large = Buffer.alloc(64 * 1024, "x");
  const growing = new GrowingBytes(large.subarray(0, 10));
  large.fill("y");
  assert.equal(growing.bytes.toString("latin1"), "xxxxxxxxxx");
});

test("a hundred thousand pieces of one byte take as many buffers as the length has doublings", (t) => {
  const made = t.mock.method(Buffer, "allocUnsafe");
  const growing = new GrowingBytes(Buffer.from("x"));
  const one = Buffer.from("y");
  for (let count = 1; count < 100_000; count += 1) growing.append(one);
  assert.equal(growing.length, 100_000);
  assert.ok(made.mock.callCount() <= 10, `${made.mock.callCount()} buffers`);
});
