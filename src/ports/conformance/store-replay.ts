import assert from "node:assert/strict";
import type { PostbackId } from "#src/core/ids.ts";
import type { Storage } from "#src/ports/storage.ts";
import { anAttempt, aPostback } from "#test/support/a-recorded-event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import {
  claim,
  claimOne,
  detailOf,
  type RecordedPostback,
  recordPostback,
  retryAt,
  settlement,
  sweepAll,
} from "./recorded-postbacks.ts";

const dead = { state: "dead", reason: "exhausted" } as const;

/** A postback that died of its tenth attempt, with two strikes on the way. */
const recordDead = async (storage: Storage): Promise<RecordedPostback> => {
  const recorded = await recordPostback(storage, { expiresAt: noon + 60_000 });
  await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), retryAt(noon, 1, 2))]);
  for (let number = 2; number <= 10; number += 1) {
    const owed = await claimOne(storage, { lane: "retry" });
    assert.equal(owed.attempts, number - 1);
    const next = number < 10 ? retryAt(noon, number, 2) : dead;
    await storage.store.settle([settlement(owed, anAttempt(number, { status: 500, startedAt: noon + number }), next)]);
  }
  return recorded;
};

const replay = (storage: Storage, postbackIds: readonly PostbackId[], expiresAt: number | null = null) =>
  storage.store.replay({ postbackIds, dueAt: noon + 1_000, expiresAt: () => expiresAt });

export const replayGuarantees: Guarantees = {
  "a replay after ten attempts starts schedule, strikes and expiry anew, and the numbering goes on": async (
    storage,
  ) => {
    const { id } = await recordDead(storage);
    assert.deepEqual(await replay(storage, [id], noon + 200_000), [id]);
    const detail = await detailOf(storage, id);
    assert.deepEqual(
      [detail.state, detail.reason, detail.endedAt, detail.dueAt, detail.attempts],
      ["pending", null, null, noon + 1_000, 10],
    );
    assert.deepEqual(await claim(storage, { lane: "retry", now: noon + 999 }), []);
    const { attempts, spent, strikes, expiresAt } = await claimOne(storage, { lane: "retry", now: noon + 1_000 });
    assert.deepEqual(
      { attempts, spent, strikes, expiresAt },
      { attempts: 10, spent: 0, strikes: 0, expiresAt: noon + 200_000 },
    );
  },

  "a replay is asked when its receiver's postbacks expire": async (storage) => {
    const { id, receiverId } = await recordDead(storage);
    const asked: string[] = [];
    await storage.store.replay({
      postbackIds: [id],
      dueAt: noon,
      expiresAt: (receiver) => {
        asked.push(receiver);
        return null;
      },
    });
    assert.deepEqual(asked, [receiverId]);
  },

  "a replayed postback does not expire by its first expiry": async (storage) => {
    const { id } = await recordDead(storage);
    await replay(storage, [id], noon + 200_000);
    assert.equal((await sweepAll(storage, noon + 100_000)).expired, 0);
    assert.equal((await sweepAll(storage, noon + 200_001)).expired, 1);
    assert.equal((await detailOf(storage, id)).reason, "expired");
  },

  "a replayed postback can be delivered, and can die and be replayed again": async (storage) => {
    const { id } = await recordDead(storage);
    await replay(storage, [id]);
    const owed = await claimOne(storage, { lane: "retry", now: noon + 1_000 });
    await storage.store.settle([settlement(owed, anAttempt(11, { status: 500 }), dead)]);
    assert.deepEqual(await replay(storage, [id]), [id]);
    const again = await claimOne(storage, { lane: "retry", now: noon + 1_000 });
    await storage.store.settle([settlement(again, anAttempt(12), { state: "delivered" })]);
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "delivered");
    assert.deepEqual(
      detail.attemptLog.map(({ number }) => number),
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
  },

  "only what is dead is put back": async (storage) => {
    const waiting = await recordPostback(storage, { event: anEvent() });
    const delivered = await recordPostback(storage, { start: { kind: "leased" } });
    const lease = { sequence: delivered.sequence, leaseToken: "lease-of-record" };
    await storage.store.settle([settlement(lease, anAttempt(1), { state: "delivered" })]);
    const cancelled = await recordPostback(storage);
    await storage.store.cancel({ which: { postbackIds: [cancelled.id] }, reason: "by_request", at: noon });
    const unknown = aPostback(anEvent()).postback.id;
    assert.deepEqual(await replay(storage, [waiting.id, delivered.id, cancelled.id, unknown]), []);
    assert.equal((await detailOf(storage, waiting.id)).dueAt, noon);
    assert.equal((await detailOf(storage, cancelled.id)).state, "cancelled");
  },

  "a postback given twice to one replay is put back once": async (storage) => {
    const { id } = await recordDead(storage);
    await replay(storage, [id, id]);
    assert.equal((await claim(storage, { lane: "retry", now: noon + 1_000 })).length, 1);
  },
};

export const redeliverGuarantees: Guarantees = {
  "a redelivery is a postback of its own, and the old one stays as it ended": async (storage) => {
    const { id, event } = await recordDead(storage);
    const made = aPostback(event, { redelivery: 1, createdAt: noon + 5_000 });
    const sequence = await storage.store.redeliver(made);
    assert.equal((await detailOf(storage, id)).state, "dead");
    const owed = await claimOne(storage, { now: noon + 5_000 });
    assert.equal(owed.sequence, sequence);
    assert.deepEqual(owed.postback, made.postback);
    assert.equal(owed.attempts, 0);
    assert.deepEqual((await storage.log.readEvent(event.id))?.postbackIds, [id, made.postback.id]);
  },

  "a redelivery's sequence is new": async (storage) => {
    const first = await recordPostback(storage);
    const sequence = await storage.store.redeliver(aPostback(first.event, { redelivery: 1 }));
    const after = await recordPostback(storage);
    assert.ok(first.sequence < sequence && sequence < after.sequence);
  },

  "an event that is not there is not redelivered": async (storage) => {
    await assert.rejects(storage.store.redeliver(aPostback(anEvent(), { redelivery: 1 })));
  },
};
