import assert from "node:assert/strict";
import { test } from "node:test";
import { runSeed, tell } from "./run-seed.ts";
import { bugsFoundBySeeds, withBug } from "./store-bugs.ts";

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
const steps = 60;

for (const seed of seeds) {
  test(`seed ${seed}: no promise is broken, and all that was accepted comes to its end`, async () => {
    const run = await runSeed(seed, steps);
    assert.deepEqual(run.violations, [], tell(run));
    assert.ok(run.counted.attempts > 0, "something was sent");
  });
}

test("the same seed plays the same run", async () => {
  assert.deepEqual((await runSeed(7, steps)).trace, (await runSeed(7, steps)).trace);
});

for (const [bug, breaks] of Object.entries(bugsFoundBySeeds)) {
  test(`control: a store that ${bug} is found out`, async () => {
    let found = 0;
    for (let seed = 1; seed <= 10 && found === 0; seed += 1) {
      found += (await runSeed(seed, steps, withBug(breaks))).violations.length;
    }
    assert.ok(found > 0);
  });
}
