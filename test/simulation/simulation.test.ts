import assert from "node:assert/strict";
import { test } from "node:test";
import type { Storage } from "#src/ports/storage.ts";
import type { Store } from "#src/ports/store.ts";
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

test("the same seed plays the same run", async () => {
  assert.deepEqual((await runSeed(7, steps)).trace, (await runSeed(7, steps)).trace);
});

/** Bugs that a storage might have. A simulation that finds nothing in these looks at nothing. */
const bugs: Readonly<Record<string, (store: Store) => Partial<Store>>> = {
  "forgets outcomes": () => ({
    settle: async (settlements) => settlements.map(() => ({ kind: "settled" as const })),
  }),
  "acknowledges what it has not written": (store) => ({
    record: async (batch) => {
      const receipt = await store.record({ ...batch, events: batch.events.slice(1) });
      return { ...receipt, events: [{ kind: "recorded" as const, sequences: [] }, ...receipt.events] };
    },
  }),
  "knows no client event id": (store) => ({
    record: (batch) => {
      const events = batch.events.map((recorded) => ({
        ...recorded,
        event: { ...recorded.event, clientEventId: null },
      }));
      return store.record({ ...batch, events });
    },
  }),
  "ends leases that have not ended": (store) => ({
    expireLeases: (ended) => store.expireLeases({ ...ended, endedBefore: ended.endedBefore + 600_000 }),
  }),
  "loses the way that retries are counted": (store) => ({
    claim: async (query) => (await store.claim(query)).map((owed) => ({ ...owed, spent: 0 })),
  }),
  "forgets whom a rule was shown to": (store) => ({
    record: (batch) => store.record({ ...batch, events: batch.events.map((event) => ({ ...event, marks: [] })) }),
  }),
  "cancels nothing": () => ({ cancel: async () => 0 }),
};

for (const [bug, breaks] of Object.entries(bugs)) {
  test(`control: a store that ${bug} is found out`, async () => {
    const sabotage = (storage: Storage): Storage => ({
      ...storage,
      store: { ...storage.store, ...breaks(storage.store) },
    });
    let found = 0;
    for (let seed = 1; seed <= 10 && found === 0; seed += 1) {
      found += (await runSeed(seed, steps, sabotage)).violations.length;
    }
    assert.ok(found > 0);
  });
}
