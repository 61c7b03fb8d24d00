import assert from "node:assert/strict";
import { ruleId } from "#src/core/ids.ts";
import { ruleReceiverId } from "#src/core/postbacks/target-key.ts";
import type { EventFilter, Found, PostbackFilter, Scanned } from "#src/ports/delivery-log.ts";
import type { Storage } from "#src/ports/storage.ts";
import {
  aBatch,
  anAttempt,
  aPostback,
  aRecordedEvent,
  aSkip,
  network,
  otherNetwork,
} from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, hourMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claimOne, receiverOf, recordPostback, recordPostbacks, retryAt, settlement } from "./recorded-postbacks.ts";

type FindPage<Item> = (page: { readonly limit: number; readonly cursor: string | null }) => Promise<Found<Item>>;

/** Every page, one after the other; `between` happens after each. */
const allPages = async <Item>(
  find: FindPage<Item>,
  limit: number,
  between: () => Promise<unknown> = async () => null,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 100; page += 1) {
    const found: Found<Item> = await find({ limit, cursor });
    assert.ok(found.items.length <= limit);
    items.push(...found.items);
    cursor = found.nextCursor;
    if (cursor === null) return items;
    await between();
  }
  assert.fail("the pages come to an end");
};

const eventIds = async ({ log }: Storage, filter: EventFilter): Promise<readonly string[]> =>
  (await log.findEvents(filter, { limit: 100, cursor: null })).items.map(({ event }) => event.id);

const postbackIds = async ({ log }: Storage, filter: PostbackFilter): Promise<readonly string[]> =>
  (await log.findPostbacks(filter, { limit: 100, cursor: null })).items.map(({ postback }) => postback.id);

export const eventSearchGuarantees: Guarantees = {
  "events come newest first, and pages leave none out and show none twice": async (storage) => {
    const events = Array.from({ length: 7 }, (_, index) => anEvent({ receivedAt: noon + index }));
    for (const event of events) await storage.store.record(aBatch([aRecordedEvent({ event })]));
    const found = await allPages((page) => storage.log.findEvents({}, page), 3);
    assert.deepEqual(
      found.map(({ event }) => event.id),
      events.map(({ id }) => id).toReversed(),
    );
  },

  "a page keeps its place while new events come in": async (storage) => {
    const events = Array.from({ length: 7 }, (_, index) => anEvent({ receivedAt: noon + index }));
    await storage.store.record(aBatch(events.map((event) => aRecordedEvent({ event }))));
    const found = await allPages(
      (page) => storage.log.findEvents({}, page),
      2,
      () => storage.store.record(aBatch([aRecordedEvent({ event: anEvent({ receivedAt: noon + 100 }) })])),
    );
    assert.deepEqual(
      found.map(({ event }) => event.id),
      events.map(({ id }) => id).toReversed(),
    );
  },

  "a scan goes over events oldest first, looks at so many, and ends": async ({ store, log }) => {
    const events = Array.from({ length: 7 }, (_, index) =>
      anEvent({ receivedAt: noon + index, ...(index % 2 === 0 ? {} : { name: "level_up" }) }),
    );
    for (const event of events) await store.record(aBatch([aRecordedEvent({ event })], { at: event.receivedAt }));
    const scanned: string[] = [];
    let looked = 0;
    let cursor: string | null = null;
    do {
      const page: Scanned = await log.scanEvents({ name: "purchase" }, { limit: 2, cursor });
      assert.ok(page.looked <= 2 && page.items.length <= page.looked);
      for (const { event, decisions, cursor: behind } of page.items) {
        assert.deepEqual(
          decisions.map(({ code }) => code),
          ["not_mapped"],
        );
        scanned.push(event.id);
        assert.ok(page.nextCursor === null || Number(behind) <= Number(page.nextCursor));
      }
      looked += page.looked;
      assert.equal(page.left > 0, page.nextCursor !== null);
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.equal(looked, 7);
    assert.deepEqual(
      scanned,
      events.filter(({ name }) => name === "purchase").map(({ id }) => id),
    );
  },

  "a scan of a time takes what arrived in it, and goes on behind the cursor of any event": async ({ store, log }) => {
    const events = Array.from({ length: 5 }, (_, index) => anEvent({ receivedAt: noon + index * hourMs }));
    for (const event of events) await store.record(aBatch([aRecordedEvent({ event })], { at: event.receivedAt }));
    const time = { from: noon + hourMs, to: noon + 4 * hourMs };
    const page = await log.scanEvents(time, { limit: 100, cursor: null });
    assert.deepEqual(
      page.items.map(({ event }) => event.id),
      events.slice(1, 4).map(({ id }) => id),
    );
    const behind = await log.scanEvents(time, { limit: 100, cursor: page.items[0]?.cursor ?? null });
    assert.deepEqual(
      behind.items.map(({ event }) => event.id),
      events.slice(2, 4).map(({ id }) => id),
    );
    assert.deepEqual((await log.scanEvents({ from: noon + dayMs }, { limit: 100, cursor: null })).items, []);
  },

  "a scan of nothing ends at once": async ({ log }) => {
    const nothing = { items: [], looked: 0, left: 0, nextCursor: null };
    assert.deepEqual(await log.scanEvents({}, { limit: 10, cursor: null }), nothing);
  },

  "a full last page has no next": async (storage) => {
    await storage.store.record(aBatch([aRecordedEvent(), aRecordedEvent()]));
    assert.equal((await storage.log.findEvents({}, { limit: 2, cursor: null })).nextCursor, null);
    assert.notEqual((await storage.log.findEvents({}, { limit: 1, cursor: null })).nextCursor, null);
  },

  "events are filtered by app, type, name and time of arrival": async (storage) => {
    const purchase = anEvent();
    const session = anEvent({ type: "session", receivedAt: noon + 10 });
    const elsewhere = anEvent({ appId: "com.example.other", receivedAt: noon + 20 });
    await storage.store.record(aBatch([purchase, session, elsewhere].map((event) => aRecordedEvent({ event }))));
    assert.deepEqual(await eventIds(storage, { appId: purchase.appId }), [session.id, purchase.id]);
    assert.deepEqual(await eventIds(storage, { type: "session" }), [session.id]);
    assert.deepEqual(await eventIds(storage, { name: "purchase" }), [elsewhere.id, purchase.id]);
    assert.deepEqual(await eventIds(storage, { from: noon + 10 }), [elsewhere.id, session.id]);
    assert.deepEqual(await eventIds(storage, { to: noon + 10 }), [purchase.id]);
    assert.deepEqual(await eventIds(storage, { from: noon + 10, to: noon + 20, type: "session" }), [session.id]);
    assert.deepEqual(await eventIds(storage, { name: "nothing" }), []);
  },

  "events are found by the ids that people have": async (storage) => {
    const wanted = anEvent({
      clientEventId: "client-1",
      fields: { install_id: "i-1", customer_user_id: "u-1", idfa: "f-1", clickid: "c-1", transaction_id: "t-1" },
    });
    const other = anEvent({
      clientEventId: "client-2",
      fields: { install_id: "i-2", customer_user_id: "u-2", clickid: "c-2", transaction_id: "t-2" },
    });
    await storage.store.record(aBatch([wanted, other].map((event) => aRecordedEvent({ event }))));
    for (const key of [
      { kind: "event_id", value: "client-1" },
      { kind: "install_id", value: "i-1" },
      { kind: "user_id", value: "u-1" },
      { kind: "user_id", value: "f-1" },
      { kind: "click_id", value: "c-1" },
      { kind: "transaction_id", value: "t-1" },
    ] as const) {
      assert.deepEqual(await eventIds(storage, { key }), [wanted.id], key.kind);
    }
    assert.deepEqual(await eventIds(storage, { key: { kind: "install_id", value: "u-1" } }), []);
    assert.deepEqual(await eventIds(storage, { key: { kind: "user_id", value: "u-1" }, from: noon + 1 }), []);
  },

  "what has just been recorded is found by its ids at once": async (storage) => {
    for (let batch = 0; batch < 5; batch += 1) {
      const event = anEvent({ fields: { customer_user_id: "u-1" } });
      await storage.store.record(aBatch([aRecordedEvent({ event })]));
      const found = await eventIds(storage, { key: { kind: "user_id", value: "u-1" } });
      assert.equal(found.length, batch + 1);
      assert.equal(found[0], event.id);
    }
  },
};

export const postbackSearchGuarantees: Guarantees = {
  "postbacks come newest first, and pages keep their place while new ones come in": async (storage) => {
    const recorded = await recordPostbacks(storage, [{}, {}, {}, {}, {}]);
    const found = await allPages(
      (page) => storage.log.findPostbacks({}, page),
      2,
      () => recordPostback(storage),
    );
    assert.deepEqual(
      found.map(({ postback }) => postback.id),
      recorded.map(({ id }) => id).toReversed(),
    );
  },

  "postbacks are filtered by app, partner, receiver, event, event name, time and the ids people have": async (
    storage,
  ) => {
    const event = anEvent({ fields: { customer_user_id: "u-1" } });
    const [first, second] = await recordPostbacks(storage, [{ event }, { partner: otherNetwork }]);
    const renamed = anEvent({ name: "level_up", appId: "com.example.other", receivedAt: noon + 10 });
    const third = await recordPostback(storage, { event: renamed });
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(await postbackIds(storage, { appId: event.appId }), [second.id, first.id]);
    assert.deepEqual(await postbackIds(storage, { partnerId: network }), [third.id, first.id]);
    assert.deepEqual(await postbackIds(storage, { receiverId: receiverOf(otherNetwork) }), [second.id]);
    assert.deepEqual(await postbackIds(storage, { eventName: "level_up" }), [third.id]);
    assert.deepEqual(await postbackIds(storage, { eventId: event.id }), [first.id]);
    assert.deepEqual(await postbackIds(storage, { from: noon + 10 }), [third.id]);
    assert.deepEqual(await postbackIds(storage, { to: noon + 10, partnerId: network }), [first.id]);
    assert.deepEqual(await postbackIds(storage, { key: { kind: "user_id", value: "u-1" } }), [first.id]);
  },

  "postbacks of a person come newest first in pages of any size, those sent again in their own place": async (
    storage,
  ) => {
    const key = { kind: "user_id", value: "u-1" } as const;
    const made: string[] = [];
    const events = Array.from({ length: 12 }, (_, index) =>
      anEvent({ fields: { customer_user_id: index % 4 === 3 ? "u-2" : "u-1" } }),
    );
    for (const [index, event] of events.entries()) {
      // None, one, two in turn; and before the next one an earlier event's are sent again.
      const partners = [network, otherNetwork].slice(0, index % 3);
      await storage.store.record(
        aBatch([aRecordedEvent({ event, postbacks: partners.map((partner) => ({ partner })) })]),
      );
      if (index % 4 !== 3) made.push(...partners.map((partner) => aPostback(event, { partner }).postback.id));
      const again = aPostback(events[Math.floor(index / 2)] ?? event, { redelivery: 1 + index });
      await storage.store.redeliver(again);
      if (Math.floor(index / 2) % 4 !== 3) made.push(again.postback.id);
    }
    for (const limit of [1, 2, 3, 7, 50]) {
      const found = await allPages((page) => storage.log.findPostbacks({ key }, page), limit);
      assert.deepEqual(
        found.map(({ postback }) => postback.id),
        made.toReversed(),
        `pages of ${limit}`,
      );
    }
  },

  "postbacks are filtered by the state they are in now": async (storage) => {
    const { id } = await recordPostback(storage);
    const found = async (filter: PostbackFilter) => (await postbackIds(storage, filter)).includes(id);
    assert.equal(await found({ state: "pending" }), true);
    const owed = await claimOne(storage);
    assert.equal(await found({ state: "pending" }), false);
    assert.equal(await found({ state: "leased" }), true);
    const attempt = anAttempt(1, { status: 500 });
    await storage.store.settle([settlement(owed, attempt, { state: "dead", reason: "exhausted" })]);
    assert.equal(await found({ state: "dead" }), true);
    assert.equal(await found({ state: "dead", deadReason: "exhausted" }), true);
    assert.equal(await found({ deadReason: "expired" }), false);
    await storage.store.replay({ postbackIds: [id], dueAt: noon, expiresAt: () => null });
    assert.equal(await found({ state: "dead" }), false);
    assert.equal(await found({ deadReason: "exhausted" }), false);
    assert.equal(await found({ state: "pending" }), true);
    await storage.store.cancel({ which: { postbackIds: [id] }, reason: "by_request", at: noon });
    assert.equal(await found({ state: "cancelled" }), true);
    assert.equal(await found({ state: "delivered" }), false);
  },

  "postbacks of a rule are found by the rule, by its app, and not by a partner": async (storage) => {
    const app = anEvent().appId;
    const ofRule = { receiverId: ruleReceiverId(app, ruleId("crashes")), targetKey: "rule:crashes" };
    const { id } = await recordPostback(storage, ofRule);
    await recordPostback(storage);
    for (const filter of [
      { ruleId: ruleId("crashes") },
      { ruleId: ruleId("crashes"), appId: app, state: "pending" },
    ] as const) {
      assert.deepEqual(await postbackIds(storage, filter), [id], JSON.stringify(filter));
    }
    assert.deepEqual(await postbackIds(storage, { ruleId: ruleId("other") }), []);
    assert.equal((await postbackIds(storage, { appId: app })).length, 2);
    assert.ok(!(await postbackIds(storage, { partnerId: network })).includes(id));
    const detail = await storage.log.readPostback(id);
    assert.deepEqual([detail?.partnerId, detail?.ruleId], [null, "crashes"]);
  },

  "a count counts what a search would find, and stops at its most": async (storage) => {
    await recordPostbacks(storage, [{}, {}, {}, { partner: otherNetwork }]);
    assert.equal(await storage.log.countPostbacks({ partnerId: network }, 100), 3);
    assert.equal(await storage.log.countPostbacks({ partnerId: network }, 2), 2);
    assert.equal(await storage.log.countPostbacks({ state: "dead" }, 100), 0);
    const start = { kind: "dead", reason: "render_error", message: "no url" } as const;
    await storage.store.record(aBatch(Array.from({ length: 1_050 }, () => aRecordedEvent({ postbacks: [{ start }] }))));
    for (const [filter, max, count] of [
      [{ state: "dead" }, 10_000, 1_050],
      [{ state: "dead", partnerId: network }, 1_020, 1_020],
      [{ deadReason: "render_error" }, 10_000, 1_050],
      [{ state: "dead", deadReason: "expired" }, 10_000, 0],
    ] as const) {
      assert.equal(await storage.log.countPostbacks(filter, max), count);
    }
  },
};

const emptyTotals = {
  acceptedEvents: 0,
  duplicateEvents: 0,
  matched: 0,
  skipped: {},
  delivered: 0,
  dead: {},
  cancelled: 0,
  attempts: 0,
  waiting: 0,
  waitingByReceiver: [],
};

export const totalsGuarantees: Guarantees = {
  "an empty storage has counted nothing": async ({ log }) => {
    const totals = await log.totals();
    assert.deepEqual({ ...totals, skipped: { ...totals.skipped }, dead: { ...totals.dead } }, emptyTotals);
  },

  "events, duplicates, matches and skips by reason are counted": async (storage) => {
    const event = anEvent({ clientEventId: "client-1" });
    const decisions = [aSkip("not_mapped"), aSkip("outside_window", otherNetwork)];
    await storage.store.record(aBatch([aRecordedEvent({ event }), aRecordedEvent({ decisions })]));
    const duplicates = [event, event];
    await storage.store.record(
      aBatch([aRecordedEvent({ event }), aRecordedEvent({ postbacks: [{}] })], { duplicates }),
    );
    const { acceptedEvents, duplicateEvents, matched, skipped } = await storage.log.totals();
    assert.deepEqual([acceptedEvents, duplicateEvents, matched], [3, 3, 1]);
    assert.deepEqual({ ...skipped }, { not_mapped: 2, outside_window: 1 });
  },

  "what waits is counted for each receiver, with the due time of the oldest": async (storage) => {
    await recordPostbacks(storage, [
      { start: { kind: "pending", dueAt: noon + 20, lane: "first" } },
      { start: { kind: "pending", dueAt: noon + 10, lane: "retry" } },
      { start: { kind: "pending", dueAt: noon + 30, lane: "first" }, partner: otherNetwork },
      { start: { kind: "leased" }, partner: otherNetwork },
    ]);
    const { waiting, waitingByReceiver } = await storage.log.totals();
    assert.equal(waiting, 4);
    assert.deepEqual(
      waitingByReceiver.toSorted((one, other) => one.waiting - other.waiting),
      [
        { receiverId: receiverOf(otherNetwork), waiting: 1, oldestDueAt: noon + 30 },
        { receiverId: receiverOf(network), waiting: 2, oldestDueAt: noon + 10 },
      ],
    );
  },

  "attempts and endings are counted as they come, and a second death counts again": async (storage) => {
    const { id } = await recordPostback(storage);
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), retryAt(noon))]);
    const dead = { state: "dead", reason: "exhausted" } as const;
    for (const number of [2, 3]) {
      const owed = await claimOne(storage, { lane: "retry" });
      await storage.store.settle([settlement(owed, anAttempt(number, { status: 500 }), dead)]);
      await storage.store.replay({ postbackIds: [id], dueAt: noon, expiresAt: () => null });
    }
    assert.equal((await storage.log.totals()).waiting, 1);
    const owed = await claimOne(storage, { lane: "retry" });
    await storage.store.settle([settlement(owed, anAttempt(4), { state: "delivered" })]);
    const { attempts, dead: deaths, delivered, waiting, waitingByReceiver } = await storage.log.totals();
    assert.deepEqual([attempts, { ...deaths }, delivered, waiting], [4, { exhausted: 2 }, 1, 0]);
    assert.deepEqual(waitingByReceiver, []);
  },
};
