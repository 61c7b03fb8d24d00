import assert from "node:assert/strict";
import { type Counter, type CounterQuery, counterNamesMax } from "#src/ports/counters.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aBatch, anAttempt, aRecordedEvent, aSkip, network, otherNetwork } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, hourMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claimOne, recordPostback, settlement } from "./recorded-postbacks.ts";

const midnight = noon - 12 * hourMs;
const always = { from: 0, to: noon + 1_000 * dayMs };

/** Counters as `time owner name measure count`, in an order of their own. */
const counted = async ({ log }: Storage, query: Partial<CounterQuery> = {}): Promise<readonly string[]> => {
  const counters = await log.counters({ grain: "hour", ...always, ...query });
  return counters.map(textOf).toSorted();
};
const textOf = ({ at, owner, eventName, measure, count }: Counter): string =>
  `${new Date(at).toISOString().slice(0, 13)} ${owner ?? "-"} ${eventName ?? "-"} ${measure} ${count}`;

const net = `integration:${network}`;

export const counterGuarantees: Guarantees = {
  "events and decisions count in the hour and the day in which they were recorded": async (storage) => {
    const skips = [aSkip("not_mapped"), aSkip("mapping_off", otherNetwork)];
    const event = (): ReturnType<typeof aRecordedEvent> => aRecordedEvent({ decisions: skips });
    await storage.store.record(aBatch([event(), event()]));
    await storage.store.record(aBatch([event()], { at: noon + hourMs }));
    assert.deepEqual(await counted(storage), [
      "2026-01-14T12 - - accepted 2",
      `2026-01-14T12 ${net} - skip:not_mapped 2`,
      `2026-01-14T12 integration:${otherNetwork} - skip:mapping_off 2`,
      "2026-01-14T13 - - accepted 1",
      `2026-01-14T13 ${net} - skip:not_mapped 1`,
      `2026-01-14T13 integration:${otherNetwork} - skip:mapping_off 1`,
    ]);
    assert.deepEqual(await counted(storage, { grain: "day" }), [
      "2026-01-14T00 - purchase accepted 3",
      `2026-01-14T00 ${net} purchase skip:not_mapped 3`,
      `2026-01-14T00 integration:${otherNetwork} purchase skip:mapping_off 3`,
    ]);
  },

  "an event given twice counts once, and as a duplicate": async (storage) => {
    const event = anEvent({ clientEventId: "order-1" });
    await storage.store.record(aBatch([aRecordedEvent({ event })]));
    await storage.store.record(aBatch([aRecordedEvent({ event: anEvent({ clientEventId: "order-1" }) })]));
    const texts = await counted(storage);
    assert.deepEqual(
      texts.filter((text) => text.includes(" - - ")),
      ["2026-01-14T12 - - accepted 1", "2026-01-14T12 - - duplicate 1"],
    );
  },

  "what was known as a duplicate before it came to the store counts as one, by app and name": async (storage) => {
    const elsewhere = anEvent({ appId: "com.example.other", name: "level" });
    await storage.store.record(aBatch([], { duplicates: [anEvent(), anEvent(), elsewhere] }));
    assert.deepEqual((await counted(storage)).map((text) => text.split(" - - ").at(-1)).sort(), [
      "duplicate 1",
      "duplicate 2",
    ]);
    const day = await counted(storage, { grain: "day", appId: elsewhere.appId });
    assert.deepEqual(day, ["2026-01-14T00 - level duplicate 1"]);
  },

  "an end counts in the hour in which it comes, with how long it took": async (storage) => {
    const { store } = storage;
    await recordPostback(storage);
    const owed = await claimOne(storage);
    const at = noon + hourMs;
    await store.settle([{ ...settlement(owed, anAttempt(1), { state: "delivered" }), at }]);
    const texts = await counted(storage, { from: at });
    assert.deepEqual(texts, [`2026-01-14T13 ${net} - delivered 1`, `2026-01-14T13 ${net} - latency:3600000 1`]);
    const day = await counted(storage, { grain: "day" });
    assert.ok(day.includes(`2026-01-14T00 ${net} purchase delivered 1`), day.join("\n"));
    assert.ok(!day.some((text) => text.includes("latency")));
  },

  "a postback that could not be rendered, one that died and one that was cancelled count by their reasons": async (
    storage,
  ) => {
    const { store } = storage;
    const start = { kind: "dead", reason: "render_error", message: "no" } as const;
    await store.record(aBatch([aRecordedEvent({ postbacks: [{ start }] })]));
    await recordPostback(storage);
    const owed = await claimOne(storage);
    await store.settle([settlement(owed, null, { state: "dead", reason: "exhausted" })]);
    const waiting = await recordPostback(storage);
    await store.cancel({ which: { postbackIds: [waiting.id] }, reason: "by_request", at: noon });
    const ends = (await counted(storage)).filter((text) => /dead|cancelled/.test(text));
    assert.deepEqual(ends, [
      `2026-01-14T12 ${net} - cancelled 1`,
      `2026-01-14T12 ${net} - dead:exhausted 1`,
      `2026-01-14T12 ${net} - dead:render_error 1`,
    ]);
    const day = (await counted(storage, { grain: "day" })).filter((text) => /dead|cancelled/.test(text));
    assert.ok(
      day.every((text) => text.includes(" purchase ")),
      day.join("\n"),
    );
  },

  "counters are read by time and by app": async (storage) => {
    const elsewhere = anEvent({ appId: "com.example.other" });
    await storage.store.record(aBatch([aRecordedEvent(), aRecordedEvent({ event: elsewhere })]));
    assert.equal((await counted(storage)).length, 4);
    assert.equal((await counted(storage, { appId: elsewhere.appId })).length, 2);
    assert.deepEqual(await counted(storage, { from: noon + hourMs }), []);
    assert.deepEqual(await counted(storage, { to: noon }), []);
    assert.deepEqual(
      (await counted(storage, { appId: elsewhere.appId, kinds: ["accepted"] })).map((text) => text.split(" ").at(-2)),
      ["accepted"],
    );
    assert.equal((await counted(storage, { grain: "day", from: midnight, to: midnight + 1 })).length, 4);
  },

  "an app that makes up names without end is counted under no name from some number on": async (storage) => {
    const events = Array.from({ length: counterNamesMax + 3 }, (_, index) => anEvent({ name: `made_up_${index}` }));
    await storage.store.record(aBatch(events.map((event) => aRecordedEvent({ event, decisions: [] }))));
    const day = await storage.log.counters({ grain: "day", ...always });
    assert.equal(day.length, counterNamesMax + 1);
    assert.equal(day.find(({ eventName }) => eventName === null)?.count, 3);
  },

  "counters come by bucket, the oldest first, however they arrived": async (storage) => {
    const hours = [2, 0, 1, 3, 0];
    for (const [place, hour] of hours.entries()) {
      const event = anEvent({ appId: place % 2 === 0 ? "com.example.b" : "com.example.a" });
      await storage.store.record(aBatch([aRecordedEvent({ event, decisions: [] })], { at: noon + hour * hourMs }));
    }
    const counters = await storage.log.counters({ grain: "hour", ...always });
    assert.equal(counters.length, 5);
    assert.deepEqual(
      counters.map(({ at }) => at),
      counters.map(({ at }) => at).toSorted((one, other) => one - other),
    );
  },

  "old counters go, hours before days": async (storage) => {
    const { store } = storage;
    await store.record(aBatch([aRecordedEvent({ decisions: [] })]));
    const retention = { eventsMs: 1_000 * dayMs, deadMs: 0, installRecordsMs: 0, clientEventIdsMs: 0 };
    await store.sweep({ now: noon + 33 * dayMs, retention, slice: 100 });
    assert.deepEqual(await counted(storage), []);
    assert.equal((await counted(storage, { grain: "day" })).length, 1);
    await store.sweep({ now: noon + 401 * dayMs, retention, slice: 100 });
    assert.deepEqual(await counted(storage, { grain: "day" }), []);
  },
};
