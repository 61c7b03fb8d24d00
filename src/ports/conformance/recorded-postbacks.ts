import assert from "node:assert/strict";
import type { Event } from "#src/core/events/event.ts";
import type { PartnerId, PostbackId, ReceiverId } from "#src/core/ids.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type { Lane } from "#src/core/postbacks/postback.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { PostbackDetail } from "#src/ports/delivery-log.ts";
import type { Storage } from "#src/ports/storage.ts";
import type {
  OwedPostback,
  RecordBatch,
  Retention,
  Settlement,
  StoreSequence,
  SweepReceipt,
} from "#src/ports/store.ts";
import { aBatch, aRecordedEvent, network, type PostbackParts } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";

export type RecordedPostback = {
  readonly event: Event;
  readonly id: PostbackId;
  readonly receiverId: ReceiverId;
  readonly sequence: StoreSequence;
};

/** Records one event for each, in one batch, and tells the postbacks it made. */
export const recordPostbacks = async (
  storage: Storage,
  postbacks: readonly (PostbackParts & { readonly event?: Event })[],
  batch: Partial<RecordBatch> = {},
): Promise<readonly RecordedPostback[]> => {
  const events = postbacks.map(({ event, ...parts }) =>
    aRecordedEvent({ event: event ?? anEvent(), postbacks: [parts] }),
  );
  const receipt = await storage.store.record(aBatch(events, batch));
  return events.map((recorded, index) => {
    const heard = receipt.events[index];
    assert.equal(heard?.kind, "recorded");
    const sequence = heard.sequences[0];
    const made = recorded.postbacks[0];
    assert.ok(sequence !== undefined && made !== undefined);
    return { event: recorded.event, id: made.postback.id, receiverId: made.postback.receiverId, sequence };
  });
};

export const recordPostback = async (
  storage: Storage,
  postback: PostbackParts & { readonly event?: Event } = {},
  batch: Partial<RecordBatch> = {},
): Promise<RecordedPostback> => {
  const [recorded] = await recordPostbacks(storage, [postback], batch);
  assert.ok(recorded !== undefined);
  return recorded;
};

export const receiverOf = (partner: PartnerId): ReceiverId => integrationReceiverId(anEvent().appId, partner, null);

type ClaimParts = {
  readonly partner?: PartnerId;
  readonly lane?: Lane;
  readonly count?: number;
  readonly now?: number;
  readonly leaseUntil?: number;
  readonly leaseToken?: string;
};

/** Claims at noon for a minute, by the token `lease-1`. */
export const claim = (storage: Storage, parts: ClaimParts = {}): Promise<readonly OwedPostback[]> => {
  const { partner = network, lane = "first", count = 100, now = noon, leaseToken = "lease-1" } = parts;
  const leaseUntil = parts.leaseUntil ?? now + 60_000;
  return storage.store.claim({ receiverId: receiverOf(partner), lane, count, now, leaseUntil, leaseToken });
};

export const claimOne = async (storage: Storage, parts: ClaimParts = {}): Promise<OwedPostback> => {
  const [owed, ...more] = await claim(storage, parts);
  assert.ok(owed !== undefined, "something is due");
  assert.equal(more.length, 0, "only one is due");
  return owed;
};

/** How a settlement is told: its attempt, and what comes next. */
export const settlement = (
  lease: { readonly sequence: StoreSequence; readonly leaseToken: string },
  attempt: Attempt | null,
  next: Settlement["next"],
): Settlement => ({ sequence: lease.sequence, leaseToken: lease.leaseToken, at: noon + 1_000, attempt, next });

export const retryAt = (dueAt: number, spent = 1, strikes = 0): Settlement["next"] => ({
  state: "pending",
  dueAt,
  lane: "retry",
  spent,
  strikes,
});

export const detailOf = async (storage: Storage, id: PostbackId): Promise<PostbackDetail> => {
  const detail = await storage.log.readPostback(id);
  assert.ok(detail !== null, `postback ${id} is there`);
  return detail;
};

export const keepAll: Retention = {
  eventsMs: 10_000 * dayMs,
  deadMs: 10_000 * dayMs,
  installRecordsMs: 10_000 * dayMs,
  clientEventIdsMs: 10_000 * dayMs,
};

/** Sweeps until nothing is left to do; adds up what was done. */
export const sweepAll = async (
  storage: Storage,
  now: number,
  { retention = keepAll, slice = 100 }: { readonly retention?: Retention; readonly slice?: number } = {},
): Promise<Omit<SweepReceipt, "more">> => {
  const done = { expired: 0, cancelled: 0, removedEvents: 0 };
  for (let round = 0; round < 1_000; round += 1) {
    const receipt = await storage.store.sweep({ now, retention, slice });
    done.expired += receipt.expired;
    done.cancelled += receipt.cancelled;
    done.removedEvents += receipt.removedEvents;
    if (!receipt.more) return done;
  }
  assert.fail("a sweep comes to its end");
};
