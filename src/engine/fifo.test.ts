import assert from "node:assert/strict";
import { test } from "node:test";
import { queryObjects } from "node:v8";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

test("what goes in first comes out first, whatever is taken between", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant("take"), fc.integer()), { maxLength: 400 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (typeof step === "number") {
          fifo.push(step);
          model.push(step);
        } else assert.equal(fifo.shift(), model.shift());
        assert.equal(fifo.size, model.length);
        assert.equal(fifo.peek(), model[0]);
      }
      assert.deepEqual([...fifo], model);
      assert.deepEqual(fifo.drain(), model);
      assert.equal(fifo.size, 0);
    }),
  );
});

test("a thousand taken one by one leave the order as it was", () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 1_000; n += 1) fifo.push(n);
  for (let n = 0; n < 900; n += 1) assert.equal(fifo.shift(), n);
  assert.deepEqual(fifo.drain().length, 100);
});

class Held {}

test("what is empty holds nothing of what was taken", () => {
  const fifo = new Fifo<Held>();
  for (let n = 0; n < 5; n += 1) fifo.push(new Held());
  assert.equal(queryObjects(Held, { format: "count" }), 5);
  while (fifo.size > 0) fifo.shift();
  assert.equal(queryObjects(Held, { format: "count" }), 0);
  fifo.push(new Held());
  fifo.shift();
  assert.equal(queryObjects(Held, { format: "count" }), 0);
});
