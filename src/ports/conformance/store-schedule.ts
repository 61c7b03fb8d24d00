import assert from "node:assert/strict";
import { network, otherNetwork } from "#test/support/a-recorded-event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claim, claimOne, detailOf, receiverOf, recordPostback, recordPostbacks } from "./recorded-postbacks.ts";

const pending = (dueAt: number, lane: "first" | "retry" = "first") =>
  ({ start: { kind: "pending", dueAt, lane } }) as const;

export const scheduleGuarantees: Guarantees = {
  "receivers due are named with the earliest due time of each lane, those due longest first": async (storage) => {
    await recordPostbacks(storage, [
      { ...pending(noon - 10), partner: network },
      { ...pending(noon - 30), partner: network },
      { ...pending(noon - 20, "retry"), partner: network },
      { ...pending(noon - 40), partner: otherNetwork },
      { ...pending(noon + 1, "retry"), partner: otherNetwork },
    ]);
    assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 10, except: [] }), [
      { receiverId: receiverOf(otherNetwork), lane: "first", dueAt: noon - 40 },
      { receiverId: receiverOf(network), lane: "first", dueAt: noon - 30 },
      { receiverId: receiverOf(network), lane: "retry", dueAt: noon - 20 },
    ]);
  },

  "receivers that are left out are not named": async (storage) => {
    await recordPostbacks(storage, [{ partner: network }, { partner: otherNetwork }]);
    const due = await storage.store.receiversDue({ now: noon, limit: 10, except: [receiverOf(network)] });
    assert.deepEqual(
      due.map(({ receiverId }) => receiverId),
      [receiverOf(otherNetwork)],
    );
  },

  "no more receivers are named than asked for, and those due longest are": async (storage) => {
    await recordPostbacks(storage, [
      { ...pending(noon - 1), partner: network },
      { ...pending(noon - 2), partner: otherNetwork },
    ]);
    assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 1, except: [] }), [
      { receiverId: receiverOf(otherNetwork), lane: "first", dueAt: noon - 2 },
    ]);
  },

  "what is due later is not named; the next due time tells when to ask again": async (storage) => {
    assert.equal(await storage.store.nextDueAt(noon), null);
    await recordPostbacks(storage, [pending(noon + 200), pending(noon + 100, "retry"), pending(noon)]);
    assert.equal(await storage.store.nextDueAt(noon), noon + 100);
    assert.equal(await storage.store.nextDueAt(noon + 100), noon + 200);
    assert.equal(await storage.store.nextDueAt(noon + 200), null);
    assert.equal((await storage.store.receiversDue({ now: noon, limit: 10, except: [] })).length, 1);
  },

  "a claim takes the earliest due of one lane of one receiver, no more than asked": async (storage) => {
    const [late, early, , , middle] = await recordPostbacks(storage, [
      pending(noon - 1),
      pending(noon - 3),
      { ...pending(noon - 9), partner: otherNetwork },
      pending(noon - 9, "retry"),
      pending(noon - 2),
      pending(noon + 1),
    ]);
    const claimed = await claim(storage, { count: 2 });
    assert.deepEqual(
      claimed.map(({ sequence }) => sequence),
      [early?.sequence, middle?.sequence],
    );
    assert.equal((await claimOne(storage)).sequence, late?.sequence);
  },

  "what is claimed is leased, tells where it stands, and is not claimed again": async (storage) => {
    const { id, event } = await recordPostback(storage, { expiresAt: noon + 9_000 });
    const owed = await claimOne(storage, { leaseToken: "lease-1", leaseUntil: noon + 5_000 });
    assert.equal(owed.postback.id, id);
    assert.equal(owed.postback.eventId, event.id);
    assert.deepEqual(owed.request, owed.postback.request);
    const { attempts, spent, strikes, expiresAt, leaseToken, leaseUntil } = owed;
    assert.deepEqual(
      { attempts, spent, strikes, expiresAt, leaseToken, leaseUntil },
      { attempts: 0, spent: 0, strikes: 0, expiresAt: noon + 9_000, leaseToken: "lease-1", leaseUntil: noon + 5_000 },
    );
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "leased");
    assert.equal(detail.dueAt, null);
    assert.deepEqual(await claim(storage, { leaseToken: "lease-2" }), []);
    assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 10, except: [] }), []);
    assert.equal(await storage.store.nextDueAt(noon - 1_000), null);
  },

  "claims at once share nothing": async (storage) => {
    await recordPostbacks(
      storage,
      Array.from({ length: 20 }, () => ({ event: anEvent() })),
    );
    const claims = await Promise.all(
      ["lease-1", "lease-2", "lease-3"].map((leaseToken) => claim(storage, { leaseToken, count: 8 })),
    );
    const claimed = claims.flat().map(({ sequence }) => sequence);
    assert.equal(claimed.length, 20);
    assert.equal(new Set(claimed).size, 20);
  },
};

export const leaseGuarantees: Guarantees = {
  "a lease that ended puts its postback back, due at once, with a strike and without an attempt": async (storage) => {
    const { id } = await recordPostback(storage);
    await claimOne(storage, { leaseUntil: noon + 1_000 });
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 1_001, dueAt: noon + 1_001 }), 1);
    assert.equal((await detailOf(storage, id)).state, "pending");
    const again = await claimOne(storage, { now: noon + 1_001, leaseToken: "lease-2" });
    assert.equal(again.strikes, 1);
    assert.equal(again.attempts, 0);
    assert.equal(again.spent, 0);
  },

  "a lease written with the record ends like any other": async (storage) => {
    await recordPostback(storage, { start: { kind: "leased" } }, { leaseUntil: noon + 1_000 });
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 1_001, dueAt: noon + 1_001 }), 1);
    assert.equal((await claimOne(storage, { now: noon + 1_001 })).strikes, 1);
  },

  "a lease that has not ended is left": async (storage) => {
    await recordPostback(storage);
    await claimOne(storage, { leaseUntil: noon + 1_000 });
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 1_000, dueAt: noon + 1_000 }), 0);
    assert.deepEqual(await claim(storage, { now: noon + 1_000 }), []);
  },

  "strikes add up over leases that ended": async (storage) => {
    await recordPostback(storage);
    for (let lease = 0; lease < 3; lease += 1) {
      const now = noon + lease * 10_000;
      assert.equal(
        (await claimOne(storage, { now, leaseUntil: now + 1, leaseToken: `lease-${lease}` })).strikes,
        lease,
      );
      await storage.store.expireLeases({ endedBefore: now + 2, dueAt: now + 2 });
    }
  },

  "a lease that is extended ends at its new time": async (storage) => {
    const { sequence } = await recordPostback(storage, { start: { kind: "leased" } }, { leaseUntil: noon + 1_000 });
    const extension = { sequences: [sequence], leaseToken: "lease-of-record", leaseUntil: noon + 5_000 };
    assert.deepEqual(await storage.store.extendLease(extension), [sequence]);
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 4_000, dueAt: noon + 4_000 }), 0);
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 5_001, dueAt: noon + 5_001 }), 1);
  },

  "a lease is extended by its own token only, and the answer tells which were": async (storage) => {
    const [mine, lost] = await recordPostbacks(storage, [pending(noon - 2), pending(noon - 1)]);
    assert.ok(mine !== undefined && lost !== undefined);
    await claim(storage, { count: 1, leaseToken: "lease-1", leaseUntil: noon + 1_000 });
    await claim(storage, { count: 1, leaseToken: "lease-2", leaseUntil: noon + 1_000 });
    const sequences = [mine.sequence, lost.sequence];
    const held = await storage.store.extendLease({ sequences, leaseToken: "lease-1", leaseUntil: noon + 9_000 });
    assert.deepEqual(held, [mine.sequence]);
    assert.equal(await storage.store.expireLeases({ endedBefore: noon + 2_000, dueAt: noon + 2_000 }), 1);
    assert.equal((await detailOf(storage, lost.id)).state, "pending");
  },

  "a released postback waits until the time given, and has spent nothing": async (storage) => {
    const { id } = await recordPostback(storage);
    const { sequence, leaseToken } = await claimOne(storage);
    await storage.store.release({ sequences: [sequence], leaseToken, dueAt: noon + 700 });
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "pending");
    assert.equal(detail.dueAt, noon + 700);
    assert.deepEqual(await claim(storage, { now: noon + 699 }), []);
    const again = await claimOne(storage, { now: noon + 700 });
    assert.deepEqual([again.attempts, again.spent, again.strikes], [0, 0, 0]);
  },

  "one that was recorded as leased can be released": async (storage) => {
    const { sequence, id } = await recordPostback(storage, { start: { kind: "leased" } });
    await storage.store.release({ sequences: [sequence], leaseToken: "lease-of-record", dueAt: noon });
    assert.equal((await claimOne(storage)).postback.id, id);
  },

  "a lost lease releases nothing": async (storage) => {
    const { id } = await recordPostback(storage);
    const { sequence } = await claimOne(storage, { leaseToken: "lease-2" });
    await storage.store.release({ sequences: [sequence], leaseToken: "lease-1", dueAt: noon });
    assert.equal((await detailOf(storage, id)).state, "leased");
  },
};
