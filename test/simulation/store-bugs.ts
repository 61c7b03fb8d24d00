import type { Tables } from "#src/adapters/memory/tables.ts";
import type { Store } from "#src/ports/store.ts";
import type { Sabotage } from "./world.ts";

export type Bug = (store: Store, tables: Tables) => Partial<Store>;

export const withBug =
  (bug: Bug): Sabotage =>
  (storage, tables) => ({ ...storage, store: { ...storage.store, ...bug(storage.store, tables) } });

/** Bugs that a storage might have. A simulation that finds nothing in these looks at nothing. */
export const bugsFoundBySeeds: Readonly<Record<string, Bug>> = {
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
  "wakes what was cancelled in flight when it is given back": (store, tables) => ({
    release: (leases) => {
      for (const sequence of leases.sequences) {
        const row = tables.postbacks.get(sequence);
        if (row?.lease?.token === leases.leaseToken) row.cancelledInFlight = null;
      }
      return store.release(leases);
    },
  }),
};

/** Takes every outcome, under whichever lease. One process alone loses no lease, so no seed comes to it. */
export const unfencedSettling: Bug = (store, tables) => ({
  settle: (settlements) =>
    store.settle(
      settlements.map((settlement) => {
        const leaseToken = tables.postbacks.get(settlement.sequence)?.lease?.token ?? settlement.leaseToken;
        return { ...settlement, leaseToken };
      }),
    ),
});
