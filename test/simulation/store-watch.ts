import { pendingCancellation } from "#src/adapters/memory/cancel.ts";
import type { PostbackRow, Tables } from "#src/adapters/memory/tables.ts";
import type { PostbackId } from "#src/core/ids.ts";
import type { PostbackState } from "#src/core/postbacks/postback.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Settlement, Store, StoreSequence } from "#src/ports/store.ts";
import { triesMax } from "./world-catalog.ts";

/**
 * Looks at every row after every commit, before any other can come: a postback moves along one
 * arrow at a time, its attempts are numbered one by one, and what lives has a due time or a lease.
 */
export type StoreWatch = { readonly watched: (storage: Storage) => Storage };

/** Opening a storage recovers what was leased in the life before. */
type WatchedCall = keyof Store | "recovery";
type Violated = (what: string) => void;

type Seen = {
  readonly state: PostbackState;
  readonly attempts: number;
  /** Cancelled, and its row does not say so yet. */
  readonly isToBeCancelled: boolean;
};

export const watchStore = (tables: Tables, violated: Violated): StoreWatch => {
  const seen = new Map<StoreSequence, Seen>();

  const look = (call: WatchedCall): void => {
    for (const row of tables.postbacks.values()) {
      const before = seen.get(row.sequence) ?? null;
      const isLive = tables.live.has(row.sequence);
      const isToBeCancelled = isLive && pendingCancellation(tables, row) !== null;
      for (const problem of problemsOf(row, before, call)) violated(`${call}: ${row.postback.id} ${problem}`);
      if (before?.isToBeCancelled === true && (isLive || row.state === "dead") && !isToBeCancelled) {
        violated(`${call}: ${row.postback.id} was cancelled and is ${row.state}`);
      }
      seen.set(row.sequence, { state: row.state, attempts: row.attempts, isToBeCancelled });
    }
    for (const sequence of tables.live) {
      if (!tables.postbacks.has(sequence)) violated(`${call}: live row ${sequence} has no postback`);
    }
  };

  const watched = (storage: Storage): Storage => {
    look("recovery");
    const store = watchedStore(storage.store, look);
    const settle: Store["settle"] = (settlements) => {
      for (const settlement of settlements) checkSettlement(tables, settlement, violated);
      const lost = leasesOfOthers(tables, settlements);
      const receipts = store.settle(settlements);
      for (const [row, lease] of lost) {
        if (row.lease !== lease) violated(`settle: ${row.postback.id} is settled under a lease of somebody else`);
      }
      return receipts;
    };
    return { ...storage, store: { ...store, settle } };
  };
  return { watched };
};

/** Commits of the memory adapter are synchronous: the look comes before the answer does. */
const watchedStore = (store: Store, look: (call: WatchedCall) => void): Store => {
  const after = <Answer>(call: WatchedCall, answer: Answer): Answer => {
    look(call);
    return answer;
  };
  return {
    ...store,
    record: (batch) => after("record", store.record(batch)),
    settle: (settlements) => after("settle", store.settle(settlements)),
    claim: (query) => after("claim", store.claim(query)),
    release: (leases) => after("release", store.release(leases)),
    expireLeases: (ended) => after("expireLeases", store.expireLeases(ended)),
    cancel: (order) => after("cancel", store.cancel(order)),
    replay: (order) => after("replay", store.replay(order)),
    rerender: (order) => after("rerender", store.rerender(order)),
    redeliver: (postback) => after("redeliver", store.redeliver(postback)),
    sweep: (order) => after("sweep", store.sweep(order)),
  };
};

/** Under a lease that is held, the attempt has the next number, and what it spent is counted once. */
const checkSettlement = (tables: Tables, { sequence, leaseToken, attempt, next }: Settlement, violated: Violated) => {
  const row = tables.postbacks.get(sequence);
  if (row?.lease?.token !== leaseToken) return;
  const { id } = row.postback;
  if (attempt !== null && attempt.number !== row.attempts + 1) {
    violated(`settle: ${id} attempt ${attempt.number} after ${row.attempts}`);
  }
  const spent = row.spent + (attempt?.spent === true ? 1 : 0);
  if (next.state === "pending" && next.spent !== spent) violated(`settle: ${id} spent ${next.spent}, not ${spent}`);
  if (next.state === "dead" && next.reason === "exhausted" && spent !== triesMax) {
    violated(`settle: ${id} is exhausted after ${spent} tries`);
  }
};

/** Leases that stand whatever these settlements say: the ones that they were made under have been lost. */
const leasesOfOthers = (
  tables: Tables,
  settlements: readonly Settlement[],
): ReadonlyMap<PostbackRow, PostbackRow["lease"]> => {
  const rows = settlements.flatMap(({ sequence, leaseToken }) => {
    const row = tables.postbacks.get(sequence);
    return row === undefined || row.lease?.token === leaseToken ? [] : [row];
  });
  return new Map(rows.map((row) => [row, row.lease]));
};

/** Which arrows each call may move along. */
const arrows: Readonly<Partial<Record<WatchedCall, Readonly<Record<PostbackState, readonly PostbackState[]>>>>> = {
  settle: {
    pending: [],
    leased: ["pending", "delivered", "dead", "cancelled"],
    dead: [],
    delivered: [],
    cancelled: [],
  },
  claim: { pending: ["leased"], leased: [], dead: [], delivered: [], cancelled: [] },
  release: { pending: [], leased: ["pending", "cancelled"], dead: [], delivered: [], cancelled: [] },
  expireLeases: { pending: [], leased: ["pending", "cancelled"], dead: [], delivered: [], cancelled: [] },
  cancel: { pending: ["cancelled"], leased: [], dead: [], delivered: [], cancelled: [] },
  replay: { pending: [], leased: [], dead: ["pending"], delivered: [], cancelled: [] },
  rerender: { pending: [], leased: [], dead: [], delivered: [], cancelled: [] },
  recovery: { pending: [], leased: ["pending", "cancelled"], dead: [], delivered: [], cancelled: [] },
  sweep: { pending: ["dead", "cancelled"], leased: [], dead: [], delivered: [], cancelled: [] },
};

function* problemsOf(row: PostbackRow, before: Seen | null, call: WatchedCall): Iterable<string> {
  const isMade = call === "record" || call === "redeliver";
  if (before === null && !isMade) yield "came from nowhere";
  if (before !== null && before.state !== row.state && !mayMove(call, before.state, row.state)) {
    yield `went from ${before.state} to ${row.state}`;
  }
  if (before !== null && row.attempts > before.attempts + 1) yield `jumped to attempt ${row.attempts}`;
  if (before !== null && row.attempts < before.attempts) yield `fell back to attempt ${row.attempts}`;
  const numbers = new Set(row.attemptLog.map(({ number }) => number));
  if (numbers.size !== row.attempts) yield `has ${row.attempts} attempts and ${numbers.size} numbers`;
  if (row.state === "pending" && !Number.isFinite(row.dueAt)) yield "waits without a due time";
  if ((row.state === "leased") !== (row.lease !== null)) yield `is ${row.state} and its lease does not fit`;
  const isEnded = row.state !== "pending" && row.state !== "leased";
  if (isEnded !== (row.endedAt !== null)) yield `is ${row.state} and its end does not fit`;
}

const mayMove = (call: WatchedCall, from: PostbackState, to: PostbackState): boolean =>
  arrows[call]?.[from].includes(to) ?? false;

export const rowOf = (tables: Tables, id: PostbackId): PostbackRow | null => {
  const sequence = tables.sequenceOf.get(id);
  return sequence === undefined ? null : (tables.postbacks.get(sequence) ?? null);
};
