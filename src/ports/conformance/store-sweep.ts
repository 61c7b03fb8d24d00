import assert from "node:assert/strict";
import type { Retention } from "#src/ports/store.ts";
import { aBatch, anAttempt, anInstallRecord, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import {
  claimOne,
  detailOf,
  keepAll,
  recordPostback,
  recordPostbacks,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

const retention: Retention = {
  eventsMs: 30 * dayMs,
  deadMs: 90 * dayMs,
  installRecordsMs: 400 * dayMs,
  clientEventIdsMs: 7 * dayMs,
};
const delivered = { state: "delivered" } as const;
const dead = { state: "dead", reason: "exhausted" } as const;
const lookUpNothing = { clientEventIds: [], installs: [], waiting: [], marks: [] };

export const expiryGuarantees: Guarantees = {
  "what has waited past its expiry is dead with `expired`, and not a millisecond before": async (storage) => {
    const { id } = await recordPostback(storage, { expiresAt: noon + 1_000 });
    assert.equal((await sweepAll(storage, noon + 1_000)).expired, 0);
    assert.equal((await sweepAll(storage, noon + 1_001)).expired, 1);
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.reason, detail.attempts], ["dead", "expired", 0]);
    assert.deepEqual(await storage.store.receiversDue({ now: noon + 1_001, limit: 10, except: [] }), []);
  },

  "what is in flight does not expire under the hand that holds it": async (storage) => {
    const { id } = await recordPostback(storage, { expiresAt: noon + 1_000 });
    const owed = await claimOne(storage);
    assert.equal((await sweepAll(storage, noon + 2_000)).expired, 0);
    assert.deepEqual(await storage.store.settle([settlement(owed, anAttempt(1), delivered)]), [{ kind: "settled" }]);
    assert.equal((await detailOf(storage, id)).state, "delivered");
  },

  "expiry comes in slices, and the sweep says while more is left": async (storage) => {
    await recordPostbacks(
      storage,
      Array.from({ length: 5 }, () => ({ expiresAt: noon })),
    );
    const first = await storage.store.sweep({ now: noon + 1, retention: keepAll, slice: 2 });
    assert.deepEqual([first.expired, first.more], [2, true]);
    assert.equal((await sweepAll(storage, noon + 1, { slice: 2 })).expired, 3);
    assert.equal((await storage.log.totals()).dead["expired"], 5);
  },

  "a sweep without work does nothing and says so": async (storage) => {
    await recordPostback(storage);
    assert.deepEqual(await storage.store.sweep({ now: noon, retention, slice: 10 }), {
      expired: 0,
      cancelled: 0,
      removedEvents: 0,
      more: false,
    });
  },
};

export const retentionGuarantees: Guarantees = {
  "an event goes by its age, with its postbacks and attempts; a younger one stays": async (storage) => {
    const old = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1), delivered)]);
    const now = noon + 31 * dayMs;
    const skipped = anEvent({ receivedAt: noon + dayMs });
    await storage.store.record(aBatch([aRecordedEvent({ event: skipped })], { at: noon + dayMs }));
    const young = anEvent({ receivedAt: now });
    await storage.store.record(aBatch([aRecordedEvent({ event: young })], { at: now }));

    assert.equal((await sweepAll(storage, now, { retention })).removedEvents, 1);
    assert.equal(await storage.log.readEvent(old.event.id), null);
    assert.equal(await storage.log.readPostback(old.id), null);
    const left = await storage.log.findEvents({}, { limit: 10, cursor: null });
    assert.deepEqual(
      left.items.map(({ event }) => event.id),
      [young.id, skipped.id],
    );
    assert.equal((await storage.log.findPostbacks({}, { limit: 10, cursor: null })).items.length, 0);
  },

  "a dead postback and its event are kept for their own time, and can be replayed then": async (storage) => {
    const { id, event, sequence } = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), dead)]);
    await sweepAll(storage, noon + 60 * dayMs, { retention });
    const detail = await detailOf(storage, id);
    assert.deepEqual([detail.state, detail.attempts, detail.attemptLog.length], ["dead", 1, 1]);
    const stored = await storage.log.readEvent(event.id);
    assert.equal(stored?.event.source, event.source);
    assert.deepEqual(stored?.postbackIds, [id]);

    const now = noon + 61 * dayMs;
    assert.deepEqual(await storage.store.replay({ postbackIds: [id], dueAt: now, expiresAt: () => null }), [id]);
    await sweepAll(storage, now + 200 * dayMs, { retention });
    const owed = await claimOne(storage, { lane: "retry", now: now + 200 * dayMs });
    assert.deepEqual([owed.sequence, owed.attempts], [sequence, 1]);
    assert.deepEqual(owed.request, detail.request);
  },

  "a dead postback goes when its own time is over": async (storage) => {
    const { id, event } = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), dead)]);
    await sweepAll(storage, noon + 60 * dayMs, { retention });
    await sweepAll(storage, noon + 91 * dayMs, { retention });
    assert.equal(await storage.log.readPostback(id), null);
    assert.equal(await storage.log.readEvent(event.id), null);
  },

  "what waits or is in flight is never removed, nor its event": async (storage) => {
    const waiting = await recordPostback(storage);
    const inFlight = await recordPostback(storage, { start: { kind: "leased" } });
    const now = noon + 1_000 * dayMs;
    assert.equal((await sweepAll(storage, now, { retention })).removedEvents, 0);
    assert.equal((await detailOf(storage, waiting.id)).state, "pending");
    assert.notEqual(await storage.log.readEvent(waiting.event.id), null);
    const lease = { sequence: inFlight.sequence, leaseToken: "lease-of-record" };
    assert.deepEqual(await storage.store.settle([settlement(lease, anAttempt(1), delivered)]), [{ kind: "settled" }]);
    assert.equal((await detailOf(storage, inFlight.id)).state, "delivered");
    assert.equal((await claimOne(storage, { now })).sequence, waiting.sequence);
  },

  "history goes in slices, and the sweep says while more is left": async (storage) => {
    const events = Array.from({ length: 5 }, () => aRecordedEvent());
    for (const event of events) await storage.store.record(aBatch([event]));
    assert.equal((await sweepAll(storage, noon + 31 * dayMs, { retention, slice: 2 })).removedEvents, 5);
    assert.equal((await storage.log.findEvents({}, { limit: 10, cursor: null })).items.length, 0);
  },

  "a client event id is known for its own time, not for its event's": async (storage) => {
    const event = anEvent({ clientEventId: "client-1" });
    await storage.store.record(aBatch([aRecordedEvent({ event })]));
    const query = { ...lookUpNothing, clientEventIds: [{ appId: event.appId, clientEventId: "client-1" }] };
    const shortHistory = { ...retention, eventsMs: dayMs };
    await sweepAll(storage, noon + 6 * dayMs, { retention: shortHistory });
    assert.equal(await storage.log.readEvent(event.id), null);
    assert.deepEqual((await storage.knowledge.lookUp(query)).clientEventIds, [event.id]);
    await sweepAll(storage, noon + 8 * dayMs, { retention: shortHistory });
    assert.deepEqual((await storage.knowledge.lookUp(query)).clientEventIds, [null]);
    const again = anEvent({ clientEventId: "client-1" });
    const receipt = await storage.store.record(aBatch([aRecordedEvent({ event: again })], { at: noon + 8 * dayMs }));
    assert.equal(receipt.events[0]?.kind, "recorded");
  },

  "an install record is known for its own time": async (storage) => {
    const event = anEvent({ type: "install" });
    const installs = [anInstallRecord({ eventId: event.id })];
    await storage.store.record(aBatch([aRecordedEvent({ event })], { installs }));
    const query = { ...lookUpNothing, installs: [{ appId: event.appId, keys: ["install_id:device-1"] }] };
    await sweepAll(storage, noon + 399 * dayMs, { retention });
    assert.equal((await storage.knowledge.lookUp(query)).installs[0]?.eventId, event.id);
    await sweepAll(storage, noon + 401 * dayMs, { retention });
    assert.deepEqual((await storage.knowledge.lookUp(query)).installs, [null]);
  },

  "a mark is kept as long as an install record": async (storage) => {
    const mark = { appId: anEvent().appId, targetKey: "rule:crashes", subject: "install_id:device-1" };
    const recorded = aRecordedEvent({ marks: [mark] });
    await storage.store.record(aBatch([recorded]));
    await sweepAll(storage, noon + 399 * dayMs, { retention });
    const query = { ...lookUpNothing, marks: [mark] };
    assert.deepEqual((await storage.knowledge.lookUp(query)).marks, [recorded.event.id]);
    await sweepAll(storage, noon + 401 * dayMs, { retention });
    assert.deepEqual((await storage.knowledge.lookUp(query)).marks, [null]);
  },

  "totals do not shrink with what is removed": async (storage) => {
    await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1), delivered)]);
    await sweepAll(storage, noon + 31 * dayMs, { retention });
    const { acceptedEvents, matched, delivered: heard, attempts, waiting } = await storage.log.totals();
    assert.deepEqual([acceptedEvents, matched, heard, attempts, waiting], [1, 1, 1, 1, 0]);
  },
};
