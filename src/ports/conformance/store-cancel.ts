import assert from "node:assert/strict";
import { anAttempt, network, otherNetwork } from "#test/support/a-recorded-event.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import {
  claim,
  claimOne,
  detailOf,
  receiverOf,
  recordPostback,
  recordPostbacks,
  retryAt,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

const byRequest = { reason: "by_request", at: noon + 100 } as const;
const ofNetwork = {
  which: { receiverId: receiverOf(network) },
  reason: "integration_removed",
  at: noon + 100,
} as const;

export const cancelPostbackGuarantees: Guarantees = {
  "a waiting postback that is cancelled has ended with its reason": async (storage) => {
    const { id } = await recordPostback(storage);
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 1);
    const detail = await detailOf(storage, id);
    assert.deepEqual(
      [detail.state, detail.reason, detail.endedAt, detail.dueAt],
      ["cancelled", "by_request", noon + 100, null],
    );
    assert.deepEqual(await claim(storage), []);
    assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 10, except: [] }), []);
  },

  "what has ended is not cancelled": async (storage) => {
    const { id } = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1), { state: "delivered" })]);
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 0);
    assert.equal((await detailOf(storage, id)).state, "delivered");
  },

  "a postback that its receiver's cancellation has taken is not cancelled again": async (storage) => {
    const [waiting, inFlight] = await recordPostbacks(storage, [{}, { start: { kind: "leased" } }]);
    assert.ok(waiting !== undefined && inFlight !== undefined);
    await storage.store.cancel(ofNetwork);
    const postbackIds = [waiting.id, inFlight.id];
    assert.equal(await storage.store.cancel({ which: { postbackIds }, ...byRequest }), 0);
    await sweepAll(storage, noon + 200);
    assert.equal((await detailOf(storage, waiting.id)).reason, "integration_removed");
  },

  "what was cancelled in flight is not cancelled again": async (storage) => {
    const { id } = await recordPostback(storage, { start: { kind: "leased" } });
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 1);
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 0);
    assert.equal(await storage.store.cancel(ofNetwork), 0);
  },

  "a postback is cancelled once": async (storage) => {
    const { id } = await recordPostback(storage);
    await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest });
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 0);
    assert.equal((await storage.log.totals()).cancelled, 1);
  },

  "cancelled in flight and not delivered: the attempt is kept, and it ends as cancelled": async (storage) => {
    const { id } = await recordPostback(storage);
    const owed = await claimOne(storage);
    assert.equal(await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest }), 1);
    assert.equal((await detailOf(storage, id)).state, "leased");
    const receipts = await storage.store.settle([
      settlement(owed, anAttempt(1, { status: 500 }), retryAt(noon + 5_000)),
    ]);
    assert.deepEqual(receipts, [{ kind: "cancelled" }]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.reason, detail.attempts], ["cancelled", "by_request", 1]);
    assert.deepEqual(await claim(storage, { lane: "retry", now: noon + 5_000 }), []);
  },

  "cancelled in flight and delivered all the same: it ends as delivered": async (storage) => {
    const { id } = await recordPostback(storage);
    const owed = await claimOne(storage);
    await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest });
    const receipts = await storage.store.settle([settlement(owed, anAttempt(1), { state: "delivered" })]);
    assert.deepEqual(receipts, [{ kind: "cancelled" }]);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.attempts], ["delivered", 1]);
  },

  "cancelled in flight and given back: it ends as cancelled": async (storage) => {
    const { id } = await recordPostback(storage);
    const { sequence, leaseToken } = await claimOne(storage);
    await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest });
    await storage.store.release({ sequences: [sequence], leaseToken, dueAt: noon });
    assert.deepEqual(await claim(storage), []);
    assert.equal((await detailOf(storage, id)).state, "cancelled");
  },

  "cancelled in flight and its lease ended: it ends as cancelled": async (storage) => {
    const { id } = await recordPostback(storage);
    await claimOne(storage, { leaseUntil: noon + 1 });
    await storage.store.cancel({ which: { postbackIds: [id] }, ...byRequest });
    await storage.store.expireLeases({ endedBefore: noon + 2, dueAt: noon + 2 });
    assert.deepEqual(await claim(storage, { now: noon + 2 }), []);
    assert.equal((await detailOf(storage, id)).state, "cancelled");
  },
};

export const cancelReceiverGuarantees: Guarantees = {
  "a receiver's cancellation takes what waits at once, and its rows follow": async (storage) => {
    const recorded = await recordPostbacks(storage, [{}, {}, { partner: otherNetwork }]);
    assert.equal(await storage.store.cancel(ofNetwork), 2);
    assert.deepEqual(await claim(storage), []);
    assert.equal((await sweepAll(storage, noon + 200)).cancelled, 2);
    assert.deepEqual(await Promise.all(recorded.map(async ({ id }) => (await detailOf(storage, id)).reason)), [
      "integration_removed",
      "integration_removed",
      null,
    ]);
    const due = await storage.store.receiversDue({ now: noon, limit: 10, except: [] });
    assert.deepEqual(
      due.map(({ receiverId }) => receiverId),
      [receiverOf(otherNetwork)],
    );
  },

  "nothing old wakes when the integration is made again, and what is new goes": async (storage) => {
    const old = await recordPostback(storage);
    await storage.store.cancel(ofNetwork);
    const made = await recordPostback(storage);
    assert.equal((await claimOne(storage)).sequence, made.sequence);
    await sweepAll(storage, noon + 200);
    assert.equal((await detailOf(storage, old.id)).state, "cancelled");
    assert.equal((await detailOf(storage, made.id)).state, "leased");
  },

  "what was in flight at a receiver's cancellation ends as delivered or cancelled when it is settled": async (
    storage,
  ) => {
    const [lucky, late] = await recordPostbacks(storage, [{}, {}]);
    assert.ok(lucky !== undefined && late !== undefined);
    const [first, second] = await claim(storage);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(await storage.store.cancel(ofNetwork), 2);
    await sweepAll(storage, noon + 200);
    const receipts = await storage.store.settle([
      settlement(first, anAttempt(1), { state: "delivered" }),
      settlement(second, anAttempt(1, { status: 500 }), retryAt(noon + 5_000)),
    ]);
    assert.deepEqual(receipts, [{ kind: "cancelled" }, { kind: "cancelled" }]);
    assert.equal((await detailOf(storage, lucky.id)).state, "delivered");
    assert.equal((await detailOf(storage, late.id)).state, "cancelled");
    assert.equal((await detailOf(storage, late.id)).attempts, 1);
  },

  "a receiver's cancellation takes what was recorded as leased": async (storage) => {
    const { sequence, id } = await recordPostback(storage, { start: { kind: "leased" } });
    assert.equal(await storage.store.cancel(ofNetwork), 1);
    const lease = { sequence, leaseToken: "lease-of-record" };
    const next = retryAt(noon + 5_000);
    assert.deepEqual(await storage.store.settle([settlement(lease, anAttempt(1, { status: 500 }), next)]), [
      { kind: "cancelled" },
    ]);
    assert.equal((await detailOf(storage, id)).state, "cancelled");
  },

  "a receiver cancelled twice counts its postbacks once": async (storage) => {
    await recordPostbacks(storage, [{}, {}]);
    assert.equal(await storage.store.cancel(ofNetwork), 2);
    assert.equal(await storage.store.cancel(ofNetwork), 0);
    await recordPostback(storage);
    assert.equal(await storage.store.cancel(ofNetwork), 1);
    assert.equal((await sweepAll(storage, noon + 200)).cancelled, 3);
  },

  "rows of a cancelled receiver are written in slices": async (storage) => {
    await recordPostbacks(storage, [{}, {}, {}, {}, {}]);
    await storage.store.cancel(ofNetwork);
    assert.equal((await sweepAll(storage, noon + 200, { slice: 2 })).cancelled, 5);
    assert.equal((await storage.log.totals()).cancelled, 5);
    assert.equal((await storage.log.totals()).waiting, 0);
  },

  "a dead postback that is replayed after its receiver's cancellation goes": async (storage) => {
    const { id } = await recordPostback(storage);
    const dead = { state: "dead", reason: "exhausted" } as const;
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), dead)]);
    await storage.store.cancel(ofNetwork);
    assert.deepEqual(await storage.store.replay({ postbackIds: [id], dueAt: noon + 300, expiresAt: () => null }), [id]);
    await sweepAll(storage, noon + 300);
    assert.equal((await claimOne(storage, { lane: "retry", now: noon + 300 })).postback.id, id);
  },
};
