import assert from "node:assert/strict";
import { anAttempt } from "#test/support/a-recorded-event.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import {
  claim,
  claimOne,
  detailOf,
  keepAll,
  recordPostback,
  recordPostbacks,
  retryAt,
  settlement,
} from "./recorded-postbacks.ts";

const delivered = { state: "delivered" } as const;

export const settleGuarantees: Guarantees = {
  "a delivered postback has ended, with its attempt as it was heard": async (storage) => {
    const { id } = await recordPostback(storage);
    const owed = await claimOne(storage);
    const attempt = anAttempt(1);
    assert.deepEqual(await storage.store.settle([settlement(owed, attempt, delivered)]), [{ kind: "settled" }]);
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "delivered");
    assert.equal(detail.reason, null);
    assert.equal(detail.attempts, 1);
    assert.equal(detail.lastStatus, 200);
    assert.equal(detail.dueAt, null);
    assert.equal(detail.endedAt, noon + 1_000);
    assert.deepEqual(detail.attemptLog, [attempt]);
    assert.deepEqual(await claim(storage), []);
  },

  "a fault is read back as it was told": async (storage) => {
    const { id } = await recordPostback(storage);
    const attempt = anAttempt(1, { fault: "connect_timeout", spent: false });
    await storage.store.settle([settlement(await claimOne(storage), attempt, retryAt(noon + 5_000, 0))]);
    assert.deepEqual((await detailOf(storage, id)).attemptLog, [attempt]);
  },

  "a retry waits for its time in its lane, with what it has spent": async (storage) => {
    const { id } = await recordPostback(storage, { expiresAt: noon + 90_000 });
    const next = retryAt(noon + 5_000, 1, 2);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), next)]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.dueAt, detail.lastStatus], ["pending", noon + 5_000, 500]);
    assert.equal(await storage.store.nextDueAt(noon), noon + 5_000);
    assert.deepEqual(await claim(storage, { lane: "retry", now: noon + 4_999 }), []);
    const { attempts, spent, strikes, expiresAt } = await claimOne(storage, { lane: "retry", now: noon + 5_000 });
    assert.deepEqual(
      { attempts, spent, strikes, expiresAt },
      { attempts: 1, spent: 1, strikes: 2, expiresAt: noon + 90_000 },
    );
  },

  "an attempt that spent nothing is in the log, and the numbering goes on": async (storage) => {
    await recordPostback(storage);
    const attempt = anAttempt(1, { fault: "name_lookup_failed", spent: false });
    await storage.store.settle([settlement(await claimOne(storage), attempt, retryAt(noon + 1, 0))]);
    const again = await claimOne(storage, { lane: "retry", now: noon + 1 });
    assert.deepEqual([again.attempts, again.spent], [1, 0]);
  },

  "a dead postback is kept with its reason": async (storage) => {
    const { id } = await recordPostback(storage);
    const next = { state: "dead", reason: "exhausted" } as const;
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), next)]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.reason, detail.attempts], ["dead", "exhausted", 1]);
    assert.deepEqual(await claim(storage, { lane: "retry" }), []);
  },

  "a postback can end without an attempt": async (storage) => {
    const { id } = await recordPostback(storage);
    const next = { state: "dead", reason: "expired" } as const;
    await storage.store.settle([settlement(await claimOne(storage), null, next)]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.reason, detail.attempts], ["dead", "expired", 0]);
    assert.deepEqual(detail.attemptLog, []);
  },

  "each settlement of a call has its own receipt, in order": async (storage) => {
    await recordPostbacks(storage, [{}, {}, {}]);
    const owed = await claim(storage);
    const [first, second, third] = owed;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const lost = { ...second, leaseToken: "lease-lost" };
    const receipts = await storage.store.settle([
      settlement(first, anAttempt(1), delivered),
      settlement(lost, anAttempt(1), delivered),
      settlement(third, anAttempt(1, { status: 500 }), retryAt(noon + 1)),
    ]);
    assert.deepEqual(
      receipts.map(({ kind }) => kind),
      ["settled", "stale", "settled"],
    );
    assert.deepEqual(
      await Promise.all(owed.map(async ({ postback }) => (await detailOf(storage, postback.id)).state)),
      ["delivered", "leased", "pending"],
    );
  },
};

export const fencingGuarantees: Guarantees = {
  "a settlement under a lost lease keeps its attempt, and the state is somebody else's": async (storage) => {
    const { id } = await recordPostback(storage);
    const lost = await claimOne(storage, { leaseToken: "lease-1", leaseUntil: noon + 1 });
    await storage.store.expireLeases({ endedBefore: noon + 2, dueAt: noon + 2 });
    const held = await claimOne(storage, { leaseToken: "lease-2", now: noon + 2 });

    const doubled = anAttempt(1, { startedAt: noon });
    assert.deepEqual(await storage.store.settle([settlement(lost, doubled, delivered)]), [{ kind: "stale" }]);
    assert.equal((await detailOf(storage, id)).state, "leased");

    const own = anAttempt(1, { startedAt: noon + 2, status: 500 });
    const next = { state: "dead", reason: "exhausted" } as const;
    assert.deepEqual(await storage.store.settle([settlement(held, own, next)]), [{ kind: "settled" }]);
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "dead");
    assert.equal(detail.attempts, 1);
    assert.deepEqual(detail.attemptLog.map(({ exchange }) => exchange.startedAt).toSorted(), [noon, noon + 2]);
  },

  "an attempt under a lost lease has its number: the next one's is one more": async (storage) => {
    await recordPostback(storage);
    const lost = await claimOne(storage, { leaseUntil: noon + 1 });
    await storage.store.expireLeases({ endedBefore: noon + 2, dueAt: noon + 2 });
    await storage.store.settle([settlement(lost, anAttempt(1, { status: 500 }), retryAt(noon + 5_000))]);
    const again = await claimOne(storage, { now: noon + 2, leaseToken: "lease-2" });
    assert.equal(again.attempts, 1);
  },

  "a settlement after the end keeps its attempt and wakes nothing": async (storage) => {
    const { id } = await recordPostback(storage);
    const owed = await claimOne(storage);
    await storage.store.settle([settlement(owed, anAttempt(1), delivered)]);
    const late = anAttempt(1, { status: 500, startedAt: noon + 9 });
    assert.deepEqual(await storage.store.settle([settlement(owed, late, retryAt(noon + 10))]), [{ kind: "stale" }]);
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "delivered");
    assert.equal(detail.attemptLog.length, 2);
  },

  "a settlement given twice, since its answer was lost, is one attempt": async (storage) => {
    const { id } = await recordPostback(storage);
    const owed = await claimOne(storage);
    const given = settlement(owed, anAttempt(1, { status: 500 }), retryAt(noon + 5_000));
    await storage.store.settle([given]);
    await storage.store.settle([given]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.attempts, detail.attemptLog.length], ["pending", 1, 1]);
    assert.equal((await storage.log.totals()).attempts, 1);
  },

  "a lease whose time is over still settles while nobody else has it": async (storage) => {
    await recordPostback(storage);
    const owed = await claimOne(storage, { leaseUntil: noon + 1 });
    const late = { ...settlement(owed, anAttempt(1), delivered), at: noon + 60_000 };
    assert.deepEqual(await storage.store.settle([late]), [{ kind: "settled" }]);
  },

  "a settlement of what is not there is stale": async (storage) => {
    const unknown = { sequence: 987_654, leaseToken: "lease-1" };
    assert.deepEqual(await storage.store.settle([settlement(unknown, anAttempt(1), delivered)]), [{ kind: "stale" }]);
    assert.equal((await storage.store.sweep({ now: noon, retention: keepAll, slice: 10 })).more, false);
  },
};
