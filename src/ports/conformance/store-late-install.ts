import assert from "node:assert/strict";
import type { Event } from "#src/core/events/event.ts";
import { withIpCountry } from "#src/core/events/ip-country.ts";
import type { Storage } from "#src/ports/storage.ts";
import {
  aBatch,
  anInstallRecord,
  aRecordedEvent,
  aSkip,
  network,
  otherNetwork,
} from "#test/support/a-recorded-event.ts";
import { anEvent, hourMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { claimOne } from "./recorded-postbacks.ts";

const key = "install_id:device-1";

const recordWaiting = async ({ store }: Storage): Promise<Event> => {
  const event = anEvent({ fields: { install_id: "device-1" } });
  const decisions = [aSkip("not_attributed"), aSkip("not_mapped", otherNetwork)];
  const waits = { keys: [key], until: noon + 24 * hourMs };
  await store.record(aBatch([aRecordedEvent({ event, decisions, waits })]));
  return event;
};

const enriched = (event: Event): Event => ({
  ...event,
  enrichment: {
    version: 2,
    conversionAt: noon - hourMs,
    conversionKind: "install",
    fields: { media_source: network, clickid: "click-of-the-install" },
    lifecycle: { "a.Launches": "3" },
  },
});

const amendment = (event: Event) => aRecordedEvent({ event: enriched(event), postbacks: [{}], revision: 9 });

export const lateInstallGuarantees: Guarantees = {
  "a late install amends an event that waits: enrichment, decision and postback in its own commit": async (storage) => {
    const event = await recordWaiting(storage);
    const install = anEvent({ type: "install", fields: { install_id: "device-1" } });
    const receipt = await storage.store.record(
      aBatch([aRecordedEvent({ event: install })], {
        installs: [anInstallRecord({ eventId: install.id })],
        amendments: [amendment(event)],
        at: noon + hourMs,
      }),
    );
    const sequences = receipt.amendments[0];
    assert.equal(sequences?.length, 1);

    const stored = await storage.log.readEvent(event.id);
    assert.deepEqual(
      { ...stored?.event.enrichment, fields: { ...stored?.event.enrichment?.fields } },
      enriched(event).enrichment,
    );
    assert.equal(stored?.event.source, event.source);
    assert.deepEqual(stored?.decisions.map(({ targetKey, code }) => [targetKey, code]).toSorted(), [
      ["integration:examplenetwork_int/m-purchase", "match"],
      ["integration:other_int/m-purchase", "not_mapped"],
    ]);
    assert.equal(stored?.postbackIds.length, 1);
    assert.equal((await claimOne(storage)).sequence, sequences?.[0]);
  },

  "the country of an address stays with its event, before the install comes and after": async (storage) => {
    const event = withIpCountry(anEvent({ fields: { install_id: "device-1", ip: "198.51.100.7" } }), "DE");
    const decisions = [aSkip("not_attributed")];
    const waits = { keys: [key], until: noon + 24 * hourMs };
    await storage.store.record(aBatch([aRecordedEvent({ event, decisions, waits })]));
    const read = async () => (await storage.log.readEvent(event.id))?.event;
    const before = await read();
    assert.deepEqual([before?.ipCountry, before?.fields.country_code, before?.enrichment], ["DE", "DE", null]);
    const query = {
      clientEventIds: [],
      installs: [],
      marks: [],
      waiting: [{ appId: event.appId, keys: [key], now: noon }],
    };
    const [waiting] = (await storage.knowledge.lookUp(query)).waiting[0] ?? [];
    assert.equal(waiting?.event.ipCountry, "DE");
    await storage.store.record(aBatch([], { amendments: [amendment(event)], at: noon + hourMs }));
    const after = await read();
    assert.deepEqual([after?.ipCountry, after?.enrichment?.version], ["DE", 2]);
  },

  "an event that has been amended is left as it is by the next": async (storage) => {
    const event = await recordWaiting(storage);
    await storage.store.record(aBatch([], { amendments: [amendment(event)] }));
    const second = aRecordedEvent({ event: enriched(event), postbacks: [{ partner: otherNetwork }] });
    const receipt = await storage.store.record(aBatch([], { amendments: [second] }));
    assert.deepEqual(receipt.amendments, [null]);
    assert.equal((await storage.log.readEvent(event.id))?.postbackIds.length, 1);
  },

  "of two amendments given at once one is taken": async (storage) => {
    const event = await recordWaiting(storage);
    const receipts = await Promise.all([
      storage.store.record(aBatch([], { amendments: [amendment(event)] })),
      storage.store.record(aBatch([], { amendments: [amendment(event)] })),
    ]);
    assert.equal(receipts.flatMap((receipt) => receipt.amendments).filter((made) => made !== null).length, 1);
    assert.equal((await storage.log.readEvent(event.id))?.postbackIds.length, 1);
  },

  "an event that never waited, or is not there, is not amended": async ({ store, log }) => {
    const event = anEvent();
    await store.record(aBatch([aRecordedEvent({ event })]));
    const receipt = await store.record(aBatch([], { amendments: [amendment(event), amendment(anEvent())] }));
    assert.deepEqual(receipt.amendments, [null, null]);
    assert.deepEqual((await log.readEvent(event.id))?.postbackIds, []);
  },

  "an amended event is found by the ids that its install brought": async (storage) => {
    const event = await recordWaiting(storage);
    await storage.store.record(aBatch([], { amendments: [amendment(event)] }));
    const filter = { key: { kind: "click_id", value: "click-of-the-install" } } as const;
    const found = await storage.log.findEvents(filter, { limit: 10, cursor: null });
    assert.deepEqual(
      found.items.map((item) => item.event.id),
      [event.id],
    );
  },

  "an install that a duplicate told does not overwrite what was learnt since": async ({ store, knowledge }) => {
    const first = anEvent({ type: "install", clientEventId: "install-1" });
    const newer = anEvent({ type: "re_engagement" });
    const again = anEvent({ type: "install", clientEventId: "install-1" });
    const tell = (event: Event, conversionAt: number) =>
      store.record(
        aBatch([aRecordedEvent({ event })], { installs: [anInstallRecord({ eventId: event.id, conversionAt })] }),
      );
    await tell(first, noon);
    await tell(newer, noon + hourMs);
    await tell(again, noon);
    const answer = await knowledge.lookUp({
      clientEventIds: [],
      installs: [{ appId: first.appId, keys: [key] }],
      waiting: [],
      marks: [],
    });
    assert.equal(answer.installs[0]?.eventId, newer.id);
  },
};
