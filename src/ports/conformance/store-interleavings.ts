import assert from "node:assert/strict";
import fc from "fast-check";
import type { PartnerId, PostbackId } from "#src/core/ids.ts";
import type { Lane, PostbackState } from "#src/core/postbacks/postback.ts";
import type { PostbackDetail } from "#src/ports/delivery-log.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { NewPostback, Settlement, StoreSequence } from "#src/ports/store.ts";
import { anAttempt, network, otherNetwork } from "#test/support/a-recorded-event.ts";
import { noon } from "#test/support/an-event.ts";
import type { OpenStorage } from "./guarantee.ts";
import {
  claim,
  detailOf,
  keepAll,
  receiverOf,
  recordPostbacks,
  retryAt,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

type Step =
  | { readonly kind: "record"; readonly starts: readonly NewPostback["start"]["kind"][]; readonly partner: PartnerId }
  | { readonly kind: "claim"; readonly lane: Lane; readonly count: number; readonly partner: PartnerId }
  | { readonly kind: "settle"; readonly pick: number; readonly to: Settlement["next"]["state"]; readonly lost: boolean }
  | { readonly kind: "extend" | "release" | "cancel" | "replay"; readonly pick: number }
  | { readonly kind: "cancel_receiver"; readonly partner: PartnerId }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "expire_leases" | "sweep" | "reopen" };

type Lease = {
  readonly id: PostbackId;
  readonly sequence: StoreSequence;
  readonly leaseToken: string;
  readonly number: number;
};

/** What a tiny model knows: who holds what, and how each postback looked when it was last looked at. */
type Play = {
  storage: Storage;
  readonly reopen: (() => Promise<Storage>) | undefined;
  now: number;
  tokens: number;
  readonly held: Map<PostbackId, Lease>;
  readonly lost: Lease[];
  readonly seen: Map<PostbackId, PostbackDetail | null>;
};

const partners = [network, otherNetwork];
const leaseMs = 1_000;

export const interleavingGuarantees: Readonly<Record<string, (open: OpenStorage) => Promise<void>>> = {
  "whatever order calls come in: states move along the arrows, attempt numbers grow by one, nothing is lost": async (
    open,
  ) => {
    const steps = fc.array(anyStep, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, (played) => play(open, played)),
      { numRuns: 40 },
    );
  },
};

const play = async (open: OpenStorage, steps: readonly Step[]): Promise<void> => {
  const opened = await open();
  try {
    const { storage, reopen } = opened;
    const state: Play = { storage, reopen, now: noon, tokens: 0, held: new Map(), lost: [], seen: new Map() };
    for (const step of steps) {
      await take(state, step);
      await look(state);
    }
    await drain(state);
  } finally {
    await opened.close();
  }
};

const take = async (state: Play, step: Step): Promise<void> => {
  const { storage } = state;
  switch (step.kind) {
    case "record":
      return recordAll(state, step.starts, step.partner);
    case "claim":
      return claimSome(state, step);
    case "settle":
      return settleOne(state, step);
    case "extend":
      return extendOne(state, step.pick);
    case "release":
      return releaseOne(state, step.pick);
    case "cancel": {
      const id = pickFrom([...state.seen.keys()], step.pick);
      if (id !== null)
        await storage.store.cancel({ which: { postbackIds: [id] }, reason: "by_request", at: state.now });
      return;
    }
    case "cancel_receiver": {
      const which = { receiverId: receiverOf(step.partner) };
      await storage.store.cancel({ which, reason: "integration_removed", at: state.now });
      return;
    }
    case "replay": {
      const id = pickFrom([...state.seen.keys()], step.pick);
      const expiresAt = (): number => state.now + 5_000;
      if (id !== null) await storage.store.replay({ postbackIds: [id], dueAt: state.now, expiresAt });
      return;
    }
    case "wait":
      state.now += step.milliseconds;
      return;
    case "expire_leases":
      await storage.store.expireLeases({ endedBefore: state.now, dueAt: state.now });
      return;
    case "sweep":
      await storage.store.sweep({ now: state.now, retention: keepAll, slice: 3 });
      return;
    case "reopen":
      if (state.reopen !== undefined) state.storage = await state.reopen();
      return;
  }
};

const recordAll = async (state: Play, starts: readonly NewPostback["start"]["kind"][], partner: PartnerId) => {
  const leaseToken = nextToken(state);
  const recorded = await recordPostbacks(
    state.storage,
    starts.map((kind) => ({ partner, start: startOf(kind, state.now), expiresAt: state.now + 5_000 })),
    { leaseToken, leaseUntil: state.now + leaseMs, at: state.now },
  );
  recorded.forEach(({ id, sequence }, index) => {
    state.seen.set(id, null);
    if (starts[index] === "leased") state.held.set(id, { id, sequence, leaseToken, number: 1 });
  });
};

const claimSome = async (state: Play, step: Extract<Step, { kind: "claim" }>): Promise<void> => {
  const { lane, count, partner } = step;
  const leaseToken = nextToken(state);
  const leaseUntil = state.now + leaseMs;
  const claimed = await claim(state.storage, { partner, lane, count, now: state.now, leaseToken, leaseUntil });
  assert.ok(claimed.length <= count);
  for (const { postback, sequence, attempts } of claimed) {
    const before = state.seen.get(postback.id);
    assert.equal(before?.state, "pending", "only what waits is claimed");
    assert.ok(before.dueAt !== null && before.dueAt <= state.now, "only what is due is claimed");
    assert.equal(attempts, before.attempts, "a claim tells how many attempts there were");
    hold(state, { id: postback.id, sequence, leaseToken, number: attempts + 1 });
  }
};

const settleOne = async (state: Play, step: Extract<Step, { kind: "settle" }>): Promise<void> => {
  const lease = pickFrom(step.lost ? state.lost : [...state.held.values()], step.pick);
  if (lease === null) return;
  const isHeld = state.seen.get(lease.id)?.state === "leased" && state.held.get(lease.id) === lease;
  const attempt = anAttempt(lease.number, { status: step.to === "delivered" ? 200 : 500, startedAt: state.now });
  const [receipt] = await state.storage.store.settle([settlement(lease, attempt, nextOf(step.to, state.now))]);
  assert.equal(receipt?.kind === "stale", !isHeld, "a settlement is stale exactly when its lease is lost");
};

const extendOne = async (state: Play, pick: number): Promise<void> => {
  const lease = pickFrom([...state.held.values()], pick);
  if (lease === null) return;
  const { sequence, leaseToken } = lease;
  const leaseUntil = state.now + leaseMs;
  const held = await state.storage.store.extendLease({ sequences: [sequence], leaseToken, leaseUntil });
  assert.deepEqual(held, state.seen.get(lease.id)?.state === "leased" ? [sequence] : []);
};

const releaseOne = async (state: Play, pick: number): Promise<void> => {
  const lease = pickFrom([...state.held.values()], pick);
  if (lease === null) return;
  const { sequence, leaseToken } = lease;
  await state.storage.store.release({ sequences: [sequence], leaseToken, dueAt: state.now });
};

/** Looks at everything there is, after every step. */
const look = async (state: Play): Promise<void> => {
  let waiting = 0;
  for (const [id, before] of state.seen) {
    const detail = await detailOf(state.storage, id);
    const from = before?.state ?? "created";
    assert.ok(from === detail.state || arrows[from].includes(detail.state), `${id}: ${from} → ${detail.state}`);
    assert.equal(detail.dueAt !== null, detail.state === "pending", "what waits has a due time, nothing else has");
    assert.equal(detail.endedAt !== null, !isLive(detail.state), "what has ended has its time, nothing else has");
    if (detail.state === "leased") assert.ok(state.held.has(id), "what is leased is in somebody's hand");
    else giveUp(state, id);
    const numbers = new Set(detail.attemptLog.map(({ number }) => number));
    assert.deepEqual(
      [...numbers],
      Array.from({ length: detail.attempts }, (_, index) => index + 1),
    );
    assert.ok(detail.attempts <= (before?.attempts ?? 0) + 1, "attempt numbers grow by one");
    assert.ok(detail.attemptLog.length >= (before?.attemptLog.length ?? 0), "no attempt is forgotten");
    if (isLive(detail.state)) waiting += 1;
    state.seen.set(id, detail);
  }
  assert.equal((await state.storage.log.totals()).waiting, waiting);
};

/** Whatever has happened: all that waits can be brought to its end. */
const drain = async (state: Play): Promise<void> => {
  state.now += 2 * leaseMs;
  await state.storage.store.expireLeases({ endedBefore: state.now, dueAt: state.now });
  await look(state);
  await sweepAll(state.storage, state.now);
  await look(state);
  for (const partner of partners) {
    for (const lane of ["first", "retry"] as const)
      await claimSome(state, { kind: "claim", partner, lane, count: 999 });
  }
  await look(state);
  const owed = [...state.held.values()];
  const delivered = owed.map((lease) =>
    settlement(lease, anAttempt(lease.number, { startedAt: state.now }), { state: "delivered" }),
  );
  for (const receipt of await state.storage.store.settle(delivered)) assert.equal(receipt.kind, "settled");
  await look(state);
  for (const [id, detail] of state.seen) assert.ok(detail !== null && !isLive(detail.state), `${id} has ended`);
};

const arrows: Readonly<Record<PostbackState | "created", readonly PostbackState[]>> = {
  created: ["pending", "leased", "dead"],
  pending: ["leased", "cancelled", "dead"],
  leased: ["pending", "delivered", "dead", "cancelled"],
  dead: ["pending"],
  delivered: [],
  cancelled: [],
};

const isLive = (state: PostbackState): boolean => state === "pending" || state === "leased";

const hold = (state: Play, lease: Lease): void => {
  giveUp(state, lease.id);
  state.held.set(lease.id, lease);
};

const giveUp = (state: Play, id: PostbackId): void => {
  const lease = state.held.get(id);
  if (lease === undefined) return;
  state.held.delete(id);
  state.lost.push(lease);
};

const nextToken = (state: Play): string => {
  state.tokens += 1;
  return `lease-${state.tokens}`;
};

const pickFrom = <Item>(items: readonly Item[], pick: number): Item | null => items[pick % items.length] ?? null;

const startOf = (kind: NewPostback["start"]["kind"], now: number): NewPostback["start"] => {
  switch (kind) {
    case "leased":
      return { kind };
    case "pending":
      return { kind, dueAt: now, lane: "first" };
    case "dead":
      return { kind, reason: "render_error", message: "told" };
  }
};

const nextOf = (state: Settlement["next"]["state"], now: number): Settlement["next"] => {
  switch (state) {
    case "delivered":
      return { state };
    case "dead":
      return { state, reason: "exhausted" };
    case "pending":
      return retryAt(now + 500);
  }
};

const pick = fc.nat({ max: 50 });
const partner = fc.constantFrom(...partners);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("record"),
      starts: fc.array(fc.constantFrom("leased", "pending", "dead"), { minLength: 1, maxLength: 4 }),
      partner,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("claim"),
      lane: fc.constantFrom("first", "retry"),
      count: fc.integer({ min: 1, max: 4 }),
      partner,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("settle"),
      pick,
      to: fc.constantFrom("delivered", "dead", "pending"),
      lost: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("extend", "release", "cancel", "replay"), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel_receiver"), partner }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), milliseconds: fc.integer({ min: 1, max: 2_000 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("expire_leases", "sweep", "reopen") }) },
);
