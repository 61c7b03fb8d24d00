import assert from "node:assert/strict";
import { isErased } from "#src/core/personal-data/erasure.ts";
import type { KnowledgeQuery } from "#src/ports/knowledge.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aBatch, anAttempt, anInstallRecord, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claimOne, detailOf, keepAll, recordPostback, retryAt, settlement, sweepAll } from "./recorded-postbacks.ts";

const nothing: KnowledgeQuery = { clientEventIds: [], installs: [], waiting: [], marks: [] };
const key = "install_id:device-1";
const theirs = () =>
  anEvent({
    clientEventId: "order-7",
    fields: { install_id: "device-1", ip: "198.51.100.7" },
    value: { email: "bob@example.com" },
    senderIp: "198.51.100.8",
  });
const person = { appId: theirs().appId, keys: [key] };

const recordOf = (storage: Storage, ...events: ReturnType<typeof anEvent>[]) =>
  storage.store.record(aBatch(events.map((event) => aRecordedEvent({ event }))));

export const eraseGuarantees: Guarantees = {
  "an erased event is read and counted as before, without what it said, and found by none of its ids": async (
    storage,
  ) => {
    const [event, other] = [theirs(), anEvent({ fields: { install_id: "device-2" } })];
    await recordOf(storage, event, other);
    assert.deepEqual(await storage.store.erase({ events: [event.id], people: [] }), {
      erased: [event.id],
      installs: 0,
      marks: 0,
    });
    const stored = await storage.log.readEvent(event.id);
    assert.ok(stored !== null && isErased(stored.event));
    assert.deepEqual([stored.event.name, stored.event.time], [event.name, event.time]);
    for (const said of ["device-1", "198.51.100", "bob"]) assert.ok(!JSON.stringify(stored).includes(said), said);
    const find = (value: string) =>
      storage.log.findEvents({ key: { kind: "install_id", value } }, { limit: 10, cursor: null });
    assert.equal((await find("device-1")).items.length, 0);
    assert.equal((await find("device-2")).items[0]?.event.id, other.id);
    assert.equal((await storage.log.totals()).acceptedEvents, 2);
  },

  "a repeat of an erased event is a duplicate still": async (storage) => {
    const event = theirs();
    await recordOf(storage, event);
    await storage.store.erase({ events: [event.id], people: [] });
    const receipt = await recordOf(storage, theirs());
    assert.deepEqual(receipt.events[0], { kind: "duplicate", id: event.id });
  },

  "an erased postback shows to whom it went, and neither what was sent nor what came back": async (storage) => {
    const { id, event } = await recordPostback(storage, { event: theirs() });
    const first = await claimOne(storage);
    await storage.store.settle([settlement(first, anAttempt(1, { status: 500 }), retryAt(noon))]);
    const again = await claimOne(storage, { lane: "retry" });
    await storage.store.settle([settlement(again, anAttempt(2), { state: "delivered" })]);
    assert.deepEqual((await storage.store.erase({ events: [event.id], people: [] })).erased, [event.id]);
    const { request, attemptLog, state, attempts } = await detailOf(storage, id);
    assert.deepEqual(request, { method: "POST", url: "https://partner.example/erased", headers: [], body: null });
    assert.deepEqual(
      [state, attempts, attemptLog.map(({ outcome }) => outcome)],
      ["delivered", 2, ["retryable", "delivered"]],
    );
    for (const { exchange } of attemptLog) {
      assert.ok(exchange.answer.kind === "response");
      assert.deepEqual([exchange.answer.headers, exchange.answer.body], [[], ""]);
    }
  },

  "a dead postback that is erased can not be replayed, and no version of its request is left": async (storage) => {
    const { id, event } = await recordPostback(storage, { event: theirs() });
    const request = { method: "GET", url: "https://partner.example/v2?id=device-1", headers: [], body: null } as const;
    await storage.store.rerender({ versions: [{ postbackId: id, request, leaseToken: null }], at: noon });
    const dead = { state: "dead", reason: "exhausted" } as const;
    await storage.store.settle([settlement(await claimOne(storage), anAttempt(1, { status: 500 }), dead)]);
    await storage.store.erase({ events: [event.id], people: [] });
    const detail = await detailOf(storage, id);
    assert.deepEqual(
      [detail.state, detail.reason, detail.request.url],
      ["cancelled", "erased", "https://partner.example/erased"],
    );
    assert.deepEqual(await storage.store.replay({ postbackIds: [id], dueAt: noon, expiresAt: () => null }), []);
  },

  "why a postback could not be rendered is erased, for it may quote the event": async (storage) => {
    const start = { kind: "dead", reason: "render_error", message: "bob@example.com is no number" } as const;
    const { id, event } = await recordPostback(storage, { event: theirs(), start });
    await storage.store.erase({ events: [event.id], people: [] });
    assert.equal((await detailOf(storage, id)).renderMessage, "erased");
  },

  "an event whose postback waits or is in flight is left as it is": async (storage) => {
    const waiting = await recordPostback(storage, { event: theirs() });
    const erase = () => storage.store.erase({ events: [waiting.event.id], people: [] });
    assert.deepEqual((await erase()).erased, []);
    const lease = await claimOne(storage);
    assert.deepEqual((await erase()).erased, []);
    assert.match(JSON.stringify(await storage.log.readEvent(waiting.event.id)), /bob@example.com/);
    await storage.store.cancel({ which: { postbackIds: [waiting.id] }, reason: "erased", at: noon });
    assert.deepEqual((await erase()).erased, [], "it is on its way still");
    await storage.store.settle([settlement(lease, anAttempt(1, { status: 500 }), retryAt(noon))]);
    assert.deepEqual((await erase()).erased, [waiting.event.id]);
  },

  "an erased event waits for no install any more": async (storage) => {
    const event = theirs();
    const waits = { keys: [key], until: noon + dayMs };
    await storage.store.record(aBatch([aRecordedEvent({ event, waits })]));
    await storage.store.erase({ events: [event.id], people: [] });
    const query = { ...nothing, waiting: [{ appId: event.appId, keys: [key], now: noon }] };
    assert.deepEqual((await storage.knowledge.lookUp(query)).waiting, [[]]);
  },

  "install records and marks of a person go, under every key, and those of others stay": async (storage) => {
    const mark = { appId: person.appId, targetKey: "rule:r1", subject: key };
    const others = { ...mark, subject: "install_id:device-11" };
    const event = anEvent({ type: "install" });
    await storage.store.record(
      aBatch([aRecordedEvent({ event, marks: [mark, others] })], {
        installs: [
          anInstallRecord({ eventId: event.id, keys: [key, "customer_user_id:bob"] }),
          anInstallRecord({ eventId: event.id, keys: ["install_id:device-11"] }),
        ],
      }),
    );
    const receipt = await storage.store.erase({ events: [], people: [person] });
    assert.deepEqual(receipt, { erased: [], installs: 1, marks: 1 });
    const looked = await storage.knowledge.lookUp({
      ...nothing,
      installs: [[key], ["customer_user_id:bob"], ["install_id:device-11"]].map((keys) => ({
        appId: person.appId,
        keys,
      })),
      marks: [mark, others],
    });
    assert.deepEqual(
      looked.installs.map((found) => found?.keys ?? null),
      [null, null, ["install_id:device-11"]],
    );
    assert.deepEqual(looked.marks, [null, event.id]);
  },

  "what is kept beyond its time is erased too": async (storage) => {
    const { id, event, sequence } = await recordPostback(storage, { event: theirs(), start: { kind: "leased" } });
    const lease = { sequence, leaseToken: "lease-of-record" };
    await storage.store.settle([
      settlement(lease, anAttempt(1, { status: 500 }), { state: "dead", reason: "exhausted" }),
    ]);
    const retention = { ...keepAll, eventsMs: 30 * dayMs, deadMs: 90 * dayMs };
    await sweepAll(storage, noon + 60 * dayMs, { retention });
    assert.deepEqual((await storage.store.erase({ events: [event.id], people: [] })).erased, [event.id]);
    const left = [await storage.log.readEvent(event.id), await detailOf(storage, id)];
    for (const said of ["device-1", "bob"]) assert.ok(!JSON.stringify(left).includes(said), said);
  },

  "an event that is not there is not erased, and one that is erased stays so": async (storage) => {
    const event = theirs();
    await recordOf(storage, event);
    for (let time = 0; time < 2; time += 1) {
      const { erased } = await storage.store.erase({ events: [event.id, anEvent().id], people: [person] });
      assert.deepEqual(erased, [event.id]);
    }
  },
};
