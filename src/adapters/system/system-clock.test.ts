import assert from "node:assert/strict";
import { test } from "node:test";
import { systemChance } from "./system-chance.ts";
import { systemClock } from "./system-clock.ts";

test("a timer that was called off is not heard", async () => {
  const heard: string[] = [];
  const callOff = systemClock.after(0, () => heard.push("called off"));
  callOff();
  await new Promise<void>((resolve) => systemClock.after(1, resolve));
  assert.deepEqual(heard, []);
});

test("a delay too long for Node's timers does not end at once", async () => {
  const heard: string[] = [];
  const callOff = systemClock.after(100 * 86_400_000, () => heard.push("at once"));
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  callOff();
  assert.deepEqual(heard, []);
});

test("chance is a fraction below 1, and as many bytes as asked for", () => {
  const fraction = systemChance.fraction();
  assert.ok(fraction >= 0 && fraction < 1);
  assert.equal(systemChance.bytes(10).length, 10);
  assert.notDeepEqual(systemChance.bytes(16), systemChance.bytes(16));
});
