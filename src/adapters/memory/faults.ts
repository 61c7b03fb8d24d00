import { invariant } from "#src/core/invariant.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Store } from "#src/ports/store.ts";

/** The calls that a fault can befall. */
export type FaultedCall = keyof Store | "lookUp";

/** How likely each call is to meet a fault; 0 of everything is a sound storage. */
export type FaultRates = {
  /** Rejected, nothing written. */
  readonly refused: number;
  /** Committed, but the caller hears a rejection: the answer was lost on its way. */
  readonly answerLost: number;
  /** Held back before the commit, so that calls under way at once may commit in another order. */
  readonly late: number;
  readonly lateMsMax: number;
};

export const noFaultRates: FaultRates = { refused: 0, answerLost: 0, late: 0, lateMsMax: 0 };

/** Mischief that a test steers, by hand or by chance. One of them may be handed to storage after storage. */
export type StorageFaults = {
  readonly setRates: (rates: FaultRates) => void;
  /** The next such call is rejected, before it has committed or after. */
  readonly failNext: (call: FaultedCall, when: "before_commit" | "after_commit") => void;
  /** The next such call waits before its commit until it is let go. */
  readonly holdNext: (call: FaultedCall) => HeldCall;
  /** The next such call commits, and its answer waits until it is let go. */
  readonly holdNextAnswer: (call: FaultedCall) => HeldCall;
  /** While full, whatever writes is rejected, and no byte is free. */
  readonly setDiskFull: (isFull: boolean) => void;
  readonly isDiskFull: () => boolean;
  /** True when nothing but what is ordered by hand can befall a call. */
  readonly areOff: () => boolean;
  /** Runs a call with what is to befall it. */
  readonly befall: <Answer>(call: FaultedCall, commit: () => Promise<Answer>) => Promise<Answer>;
  /** How many calls there were of each kind, those that failed included. */
  readonly calls: ReadonlyMap<FaultedCall, number>;
};

export type HeldCall = {
  /** Resolves when the call has come. */
  readonly arrived: Promise<void>;
  readonly letGo: () => void;
};

/** What a storage says when a fault befalls it; never a bug of the test's subject. */
export class StorageFault extends Error {
  constructor(call: FaultedCall, what: string) {
    super(`injected: ${call} ${what}`);
    this.name = "StorageFault";
  }
}

export const createStorageFaults = ({
  clock,
  chance,
}: {
  readonly clock: Clock;
  readonly chance: Chance;
}): StorageFaults => {
  let rates = noFaultRates;
  let isFull = false;
  const ordered: { readonly call: FaultedCall; readonly when: "before_commit" | "after_commit" }[] = [];
  const holds: Hold[] = [];
  const answerHolds: Hold[] = [];
  const calls = new Map<FaultedCall, number>();
  const happens = (rate: number): boolean => rate > 0 && chance.fraction() < rate;

  const befall = async <Answer>(call: FaultedCall, commit: () => Promise<Answer>): Promise<Answer> => {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    await heldBack(holds, call);
    const when = take(ordered, call)?.when;
    if (when === "before_commit" || happens(rates.refused)) throw new StorageFault(call, "was refused");
    if (happens(rates.late)) await pause(clock, chance.fraction() * rates.lateMsMax);
    if (isFull && writes(call)) throw new StorageFault(call, "found the disk full");
    const answer = await commit();
    await heldBack(answerHolds, call);
    if (when === "after_commit" || happens(rates.answerLost)) throw new StorageFault(call, "lost its answer");
    return answer;
  };

  return {
    setRates: (given) => {
      rates = given;
    },
    failNext: (call, when) => {
      ordered.push({ call, when });
    },
    holdNext: (call) => addHold(holds, call),
    holdNextAnswer: (call) => addHold(answerHolds, call),
    setDiskFull: (full) => {
      isFull = full;
    },
    isDiskFull: () => isFull,
    areOff: () => !isFull && rates.refused === 0 && rates.answerLost === 0 && rates.late === 0,
    befall,
    calls,
  };
};

/** The same storage, with faults before and behind every call of the store and the look-up. */
export const withFaults = (storage: Storage, faults: StorageFaults): Storage => {
  const { store, knowledge } = storage;
  const { befall } = faults;
  return {
    ...storage,
    store: {
      record: (batch) => befall("record", () => store.record(batch)),
      settle: (settlements) => befall("settle", () => store.settle(settlements)),
      receiversDue: (query) => befall("receiversDue", () => store.receiversDue(query)),
      nextDueAt: (now) => befall("nextDueAt", () => store.nextDueAt(now)),
      claim: (query) => befall("claim", () => store.claim(query)),
      extendLease: (leases) => befall("extendLease", () => store.extendLease(leases)),
      release: (leases) => befall("release", () => store.release(leases)),
      expireLeases: (ended) => befall("expireLeases", () => store.expireLeases(ended)),
      cancel: (order) => befall("cancel", () => store.cancel(order)),
      replay: (order) => befall("replay", () => store.replay(order)),
      rerender: (order) => befall("rerender", () => store.rerender(order)),
      redeliver: (postback, acts) => befall("redeliver", () => store.redeliver(postback, acts)),
      erase: (order) => befall("erase", () => store.erase(order)),
      scrub: () => befall("scrub", () => store.scrub()),
      sweep: (order) => befall("sweep", () => store.sweep(order)),
    },
    knowledge: { lookUp: (query) => befall("lookUp", () => knowledge.lookUp(query)) },
    disk: { freeBytes: async () => (faults.isDiskFull() ? 0 : storage.disk.freeBytes()) },
  };
};

const writes = (call: FaultedCall): boolean => {
  switch (call) {
    case "record":
    case "settle":
    case "claim":
    case "extendLease":
    case "release":
    case "expireLeases":
    case "cancel":
    case "replay":
    case "rerender":
    case "redeliver":
    case "erase":
    case "scrub":
    case "sweep":
      return true;
    case "receiversDue":
    case "nextDueAt":
    case "lookUp":
      return false;
  }
};

type Hold = { readonly call: FaultedCall; readonly arrive: () => void; readonly gone: Promise<void> };

const addHold = (holds: Hold[], call: FaultedCall): HeldCall => {
  const arrival = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  holds.push({ call, arrive: arrival.resolve, gone: release.promise });
  return { arrived: arrival.promise, letGo: release.resolve };
};

const heldBack = async (holds: Hold[], call: FaultedCall): Promise<void> => {
  const hold = take(holds, call);
  if (hold === undefined) return;
  hold.arrive();
  await hold.gone;
};

const take = <Item extends { readonly call: FaultedCall }>(items: Item[], call: FaultedCall): Item | undefined => {
  const index = items.findIndex((item) => item.call === call);
  if (index < 0) return undefined;
  const [item] = items.splice(index, 1);
  invariant(item !== undefined, "a found item is there");
  return item;
};

const pause = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
