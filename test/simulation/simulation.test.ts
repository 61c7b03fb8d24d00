import assert from "node:assert/strict";
import { test } from "node:test";
import { runSeed, tell } from "./run-seed.ts";

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
const steps = 60;

for (const seed of seeds) {
  test(`seed ${seed}: no promise is broken, and all that was accepted comes to its end`, async () => {
    const run = await runSeed(seed, steps);
    assert.deepEqual(run.violations, [], tell(run));
    assert.ok(run.counted.attempts > 0, "something was sent");
  });
}
