import assert from "node:assert/strict";
import { type PartnerId, partnerId, postbackId } from "#src/core/ids.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import type { Counter } from "#src/ports/counters.ts";
import type { RecordReceipt } from "#src/ports/store.ts";
import {
  aBatch,
  aMatch,
  anAttempt,
  aRecordedEvent,
  aSkip,
  network,
  otherNetwork,
} from "#test/support/a-recorded-event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claim, claimOne, detailOf, recordPostback, settlement } from "./recorded-postbacks.ts";

export const recordGuarantees: Guarantees = {
  "a recorded event is there whole, with its decisions and postbacks": async ({ store, log }) => {
    const event = anEvent({
      clientEventId: "client-1",
      fields: { install_id: "i-1", event_revenue: 50.87, is_lat: false },
      value: '{"af_revenue":120.00,"big":12345678901234567890}',
    });
    const decisions = [aSkip("not_attributed", otherNetwork)];
    const recorded = aRecordedEvent({ event, postbacks: [{}], revision: 7 });
    await store.record(aBatch([{ ...recorded, decisions: [...recorded.decisions, ...decisions] }]));

    const stored = await log.readEvent(event.id);
    assert.ok(stored !== null);
    assert.equal(stored.event.source, event.source);
    assert.equal(stored.event.valueText, event.valueText);
    assert.equal(stored.event.clientEventId, "client-1");
    assert.equal(stored.event.receivedAt, event.receivedAt);
    assert.deepEqual({ ...stored.event.fields }, event.fields);
    assert.deepEqual(stored.decisions.toSorted(byTarget), [
      { targetKey: "integration:examplenetwork_int/m-purchase", code: "match", revision: 7, decidedAt: noon },
      { targetKey: "integration:other_int/m-purchase", code: "not_attributed", revision: 7, decidedAt: noon },
    ]);
    assert.deepEqual(
      stored.postbackIds,
      recorded.postbacks.map(({ postback }) => postback.id),
    );
  },

  "decisions that share what is usual are read as they were made, in their order": async (storage) => {
    const { store, log } = storage;
    const usual = usualOf(20);
    const events = [[], [3], [0, 19], [5, 20], usual.map((_, place) => place)].map((places) => {
      const decisions = usual.slice();
      for (const place of places) decisions[place] = aMatch(partnerOf(place));
      return aRecordedEvent({ event: anEvent(), usual, decisions });
    });
    await store.record(aBatch(events));
    for (const { event, decisions } of events) {
      const stored = await log.readEvent(event.id);
      assert.deepEqual(
        stored?.decisions.map(({ targetKey, code }) => `${code} ${targetKey}`),
        decisions.map(
          ({ targetKey, outcome }) => `${outcome.kind === "match" ? "match" : outcome.reason} ${targetKey}`,
        ),
      );
    }
    const { matched, skipped } = await log.totals();
    assert.deepEqual([matched, skipped], [25, { not_attributed: 76 }]);
    const skips = (await log.counters({ grain: "day", from: 0, to: noon * 2, kinds: ["skip"] })).map(textOfCounter);
    const matches = (await log.counters({ grain: "day", from: 0, to: noon * 2, kinds: ["match"] })).map(textOfCounter);
    assert.deepEqual(
      skips.toSorted(),
      usual.map((_, place) => `integration:net_${place} ${[0, 3, 5, 19].includes(place) ? 3 : 4}`).toSorted(),
    );
    assert.deepEqual(
      matches.toSorted(),
      Array.from(
        { length: 21 },
        (_, place) => `integration:net_${place} ${[0, 3, 5, 19].includes(place) ? 2 : 1}`,
      ).toSorted(),
    );
  },

  "an event that waits is found with what it has matched, also of what is usual": async ({ store, knowledge }) => {
    const usual = usualOf(20);
    usual[2] = aMatch(partnerOf(2));
    const decisions = usual.with(7, aMatch(partnerOf(7)));
    const event = anEvent({ fields: { install_id: "device-1" } });
    const waits = { keys: ["install_id:device-1"], until: noon + 1_000 };
    await store.record(aBatch([aRecordedEvent({ event, usual, decisions, waits })]));
    const answer = await knowledge.lookUp({
      clientEventIds: [],
      installs: [],
      waiting: [{ appId: event.appId, keys: waits.keys, now: noon }],
      marks: [],
    });
    assert.deepEqual(
      answer.waiting[0]?.[0]?.matchedTargetKeys.toSorted(),
      [2, 7].map((place) => aMatch(partnerOf(place)).targetKey),
    );
  },

  "a postback is read back as it was rendered, byte for byte": async (storage) => {
    const event = anEvent();
    const recorded = aRecordedEvent({ event, postbacks: [{ expiresAt: noon + 5_000 }] });
    await storage.store.record(aBatch([recorded]));
    const made = recorded.postbacks[0]?.postback;
    assert.ok(made !== undefined);
    const detail = await detailOf(storage, made.id);
    assert.deepEqual(detail.postback, made);
    assert.deepEqual(detail.request, made.request);
    assert.equal(detail.appId, event.appId);
    assert.equal(detail.partnerId, network);
    assert.equal(detail.eventName, event.name);
    assert.equal(detail.lastStatus, null);
  },

  "an event given again under its own id changes nothing, whatever is decided now": async ({ store, log }) => {
    const event = anEvent();
    await store.record(aBatch([aRecordedEvent({ event })]));
    const receipt = await store.record(aBatch([aRecordedEvent({ event, postbacks: [{}] })]));
    assert.deepEqual(receipt.events, [{ kind: "duplicate", id: event.id }]);
    const stored = await log.readEvent(event.id);
    assert.deepEqual(stored?.postbackIds, []);
    assert.deepEqual(
      stored?.decisions.map(({ code }) => code),
      ["not_mapped"],
    );
    assert.equal((await log.findEvents({}, { limit: 10, cursor: null })).items.length, 1);
  },

  "an event with a known client event id of its app is a duplicate of the first": async ({ store, log }) => {
    const first = anEvent({ clientEventId: "client-1" });
    const second = anEvent({ clientEventId: "client-1" });
    await store.record(aBatch([aRecordedEvent({ event: first })]));
    const receipt = await store.record(aBatch([aRecordedEvent({ event: second, postbacks: [{}] })]));
    assert.deepEqual(receipt.events, [{ kind: "duplicate", id: first.id }]);
    assert.equal(await log.readEvent(second.id), null);
  },

  "the same client event id in another app is another event": async ({ store, log }) => {
    const first = anEvent({ clientEventId: "client-1" });
    const second = anEvent({ clientEventId: "client-1", appId: "com.example.other" });
    await store.record(aBatch([aRecordedEvent({ event: first })]));
    const receipt = await store.record(aBatch([aRecordedEvent({ event: second })]));
    assert.equal(receipt.events[0]?.kind, "recorded");
    assert.notEqual(await log.readEvent(second.id), null);
  },

  "events without a client event id are as many events as are given, equal as they may be": async ({ store, log }) => {
    const events = [anEvent(), anEvent()].map((event) => aRecordedEvent({ event }));
    await store.record(aBatch(events));
    assert.equal((await log.findEvents({}, { limit: 10, cursor: null })).items.length, 2);
  },

  "a client event id given twice in one batch is one event, and receipts keep the order": async ({ store }) => {
    const first = anEvent({ clientEventId: "client-1" });
    const between = anEvent();
    const again = anEvent({ clientEventId: "client-1" });
    const receipt = await store.record(aBatch([first, between, again].map((event) => aRecordedEvent({ event }))));
    assert.deepEqual(
      receipt.events.map(({ kind }) => kind),
      ["recorded", "recorded", "duplicate"],
    );
    assert.deepEqual(receipt.events[2], { kind: "duplicate", id: first.id });
  },

  "batches given at once record a client event id once": async ({ store, log }) => {
    const events = Array.from({ length: 8 }, () => anEvent({ clientEventId: "client-1" }));
    const receipts = await Promise.all(events.map((event) => store.record(aBatch([aRecordedEvent({ event })]))));
    const heard = receipts.flatMap((receipt) => receipt.events);
    assert.equal(heard.filter(({ kind }) => kind === "recorded").length, 1);
    const [stored] = (await log.findEvents({}, { limit: 10, cursor: null })).items;
    for (const receipt of heard) {
      if (receipt.kind === "duplicate") assert.equal(receipt.id, stored?.event.id);
    }
  },

  "sequences grow from batch to batch and are never given twice": async ({ store }) => {
    const receipts: RecordReceipt[] = [];
    for (let batch = 0; batch < 3; batch += 1) {
      const events = [anEvent(), anEvent()].map((event) =>
        aRecordedEvent({ event, postbacks: [{}, { partner: otherNetwork }] }),
      );
      receipts.push(await store.record(aBatch(events)));
    }
    const given = receipts.flatMap(sequencesOf);
    assert.equal(given.length, 12);
    assert.deepEqual(
      given,
      [...new Set(given)].toSorted((one, other) => one - other),
    );
  },

  "a postback that starts leased is not claimable, and its token settles it": async (storage) => {
    const { sequence, id } = await recordPostback(storage, { start: { kind: "leased" } });
    assert.deepEqual(await claim(storage), []);
    assert.deepEqual(await storage.store.receiversDue({ now: noon, limit: 10, except: [] }), []);
    assert.equal((await detailOf(storage, id)).state, "leased");
    const lease = { sequence, leaseToken: "lease-of-record" };
    assert.deepEqual(await storage.store.settle([settlement(lease, anAttempt(1), { state: "delivered" })]), [
      { kind: "settled" },
    ]);
    assert.equal((await detailOf(storage, id)).state, "delivered");
  },

  "a postback that starts pending waits in its lane until it is due": async (storage) => {
    const start = { kind: "pending", dueAt: noon + 500, lane: "retry" } as const;
    const { id } = await recordPostback(storage, { start });
    assert.equal((await detailOf(storage, id)).dueAt, noon + 500);
    assert.deepEqual(await claim(storage, { lane: "retry", now: noon + 499 }), []);
    assert.deepEqual(await claim(storage, { lane: "first", now: noon + 500 }), []);
    assert.equal((await claimOne(storage, { lane: "retry", now: noon + 500 })).postback.id, id);
  },

  "a postback that could not be rendered is dead with its message, and never claimable": async (storage) => {
    const start = { kind: "dead", reason: "render_error", message: "the URL is longer than 8 KiB" } as const;
    const { id } = await recordPostback(storage, { start });
    const detail = await detailOf(storage, id);
    assert.equal(detail.state, "dead");
    assert.equal(detail.reason, "render_error");
    assert.equal(detail.renderMessage, "the URL is longer than 8 KiB");
    assert.equal(detail.dueAt, null);
    assert.notEqual(detail.endedAt, null);
    assert.deepEqual(await claim(storage), []);
    const { dead, waiting } = await storage.log.totals();
    assert.deepEqual([{ ...dead }, waiting], [{ render_error: 1 }, 0]);
  },

  "what is not there is not found": async ({ log }) => {
    assert.equal(await log.readEvent(anEvent().id), null);
    assert.equal(await log.readPostback(postbackId(`${anEvent().id}-0123456789ab`)), null);
  },
};

const byTarget = (one: { readonly targetKey: string }, other: { readonly targetKey: string }): number =>
  one.targetKey < other.targetKey ? -1 : 1;

const sequencesOf = (receipt: RecordReceipt): readonly number[] =>
  receipt.events.flatMap((event) => (event.kind === "recorded" ? event.sequences : []));

const partnerOf = (place: number): PartnerId => partnerId(`net_${place}`);

const usualOf = (count: number): Decision[] =>
  Array.from({ length: count }, (_, place) => aSkip("not_attributed", partnerOf(place)));

const textOfCounter = ({ owner, count }: Counter): string => `${owner} ${count}`;
