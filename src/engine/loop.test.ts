import assert from "node:assert/strict";
import { test } from "node:test";
import { turnedClock } from "#test/support/turned-clock.ts";
import { type Loop, startLoop } from "./loop.ts";

function aLoop(tick: () => Promise<number>) {
  const clock = turnedClock();
  const faults: unknown[] = [];
  const loop: Loop = startLoop({
    clock,
    firstAfterMs: 10,
    tick,
    afterFaultMs: 1_000,
    onFault: (error) => faults.push(error),
  });
  return { clock, loop, faults };
}

test("a loop ticks after the delay that its last tick asked for", async () => {
  const ticks: number[] = [];
  const { clock } = aLoop(async () => {
    ticks.push(clock.monotonic());
    return 100;
  });
  await clock.turn(310);
  assert.deepEqual(ticks, [10, 110, 210, 310]);
});

test("a tick that throws is told of, and the loop goes on", async () => {
  let ticks = 0;
  const { clock, faults } = aLoop(async () => {
    ticks += 1;
    throw new Error(`tick ${ticks}`);
  });
  await clock.turn(2_010);
  assert.equal(ticks, 3);
  assert.equal(faults.length, 3);
});

test("a loop that is woken ticks sooner, and never later than it was to", async () => {
  const ticks: number[] = [];
  const { clock, loop } = aLoop(async () => {
    ticks.push(clock.monotonic());
    return 100;
  });
  await clock.turn(20);
  loop.wakeWithin(5);
  loop.wakeWithin(500);
  await clock.turn(200);
  assert.deepEqual(ticks, [10, 25, 125]);
});

test("woken while it ticks, a loop ticks once more", async () => {
  const gate = Promise.withResolvers<void>();
  let ticks = 0;
  const { clock, loop } = aLoop(async () => {
    ticks += 1;
    await gate.promise;
    return 10_000;
  });
  await clock.turn(10);
  loop.wakeWithin(0);
  await clock.turn(100);
  assert.equal(ticks, 1);
  gate.resolve();
  await clock.turn(1);
  assert.equal(ticks, 2);
});

test("a stopped loop ends its tick and leaves no timer", async () => {
  const gate = Promise.withResolvers<void>();
  let hasEnded = false;
  const { clock, loop } = aLoop(async () => {
    await gate.promise;
    return 10;
  });
  await clock.turn(10);
  const stopped = loop.stop().then(() => {
    hasEnded = true;
  });
  await clock.rest();
  assert.equal(hasEnded, false);
  gate.resolve();
  await stopped;
  loop.wakeWithin(0);
  assert.equal(clock.waiting(), 0);
});
