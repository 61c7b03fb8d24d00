import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { saveMemoryWhenQuiet, threadBusyShare, type V8Memory } from "./memory-thrift.ts";

const thrift = (share: { busy: number }) => {
  const clock = turnedClock();
  const told: boolean[] = [];
  const collected: number[] = [];
  const v8: V8Memory = {
    setReducerDelay: () => {},
    setSaving: (isOn) => {
      told.push(isOn);
    },
    collectSoon: () => {
      collected.push(clock.monotonic());
    },
  };
  const stop = saveMemoryWhenQuiet({ clock, busyShare: () => share.busy, v8 });
  return { clock, told, collected, stop };
};

test("memory is saved once it has been quiet for two seconds, and no longer with the first work", async () => {
  const share = { busy: 0 };
  const { clock, told } = thrift(share);
  await clock.turn(1_999);
  assert.deepEqual(told, []);
  await clock.turn(1);
  assert.deepEqual(told, [true]);
  await clock.turn(60_000);
  assert.deepEqual(told, [true]);
  share.busy = 0.5;
  await clock.turn(500);
  assert.deepEqual(told, [true, false]);
});

test("while it stays quiet the heap is collected, the rarer the longer, and anew after the next work", async () => {
  const share = { busy: 0 };
  const { clock, collected } = thrift(share);
  const from = clock.monotonic();
  await clock.turn(60_000);
  assert.deepEqual(
    collected.map((at) => at - from),
    [3_000, 12_000, 48_000],
  );
  share.busy = 0.5;
  await clock.turn(500);
  share.busy = 0;
  await clock.turn(3_000);
  assert.deepEqual(
    collected.slice(3).map((at) => at - from),
    [63_500],
  );
});

test("a pause between two bursts is no quiet", async () => {
  const share = { busy: 0.5 };
  const { clock, told } = thrift(share);
  for (let burst = 0; burst < 10; burst += 1) {
    share.busy = 0;
    await clock.turn(1_500);
    share.busy = 0.5;
    await clock.turn(500);
  }
  assert.deepEqual(told, []);
});

test("what was ended looks no more, and leaves memory as it was before", async () => {
  const { clock, told, stop } = thrift({ busy: 0 });
  await clock.turn(5_000);
  stop();
  assert.deepEqual(told, [true, false]);
  assert.equal(clock.waiting(), 0);
});

test("a thread that works is busier than one that waits", async () => {
  const busyShare = threadBusyShare(systemClock);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const waiting = busyShare();
  for (let step = 0; step < 2e7; step += 1) Math.sqrt(step);
  assert.ok(busyShare() > waiting);
});
