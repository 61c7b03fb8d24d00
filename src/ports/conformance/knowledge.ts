import assert from "node:assert/strict";
import type { AppId } from "#src/core/ids.ts";
import type { KnowledgeQuery } from "#src/ports/knowledge.ts";
import {
  aBatch,
  aMatch,
  anInstallRecord,
  aRecordedEvent,
  aSkip,
  otherNetwork,
} from "#test/support/a-recorded-event.ts";
import { anEvent, hourMs, noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const nothing: KnowledgeQuery = { clientEventIds: [], installs: [], waiting: [], marks: [] };
const game = anEvent().appId;
const other = anEvent({ appId: "com.example.other" }).appId;
const waitingFor = (keys: readonly string[], now = noon, appId: AppId = game): KnowledgeQuery => ({
  ...nothing,
  waiting: [{ appId, keys, now }],
});

export const knowledgeGuarantees: Guarantees = {
  "each answer stands where its question stood": async ({ store, knowledge }) => {
    const event = anEvent({ type: "install", clientEventId: "client-1" });
    const installs = [anInstallRecord({ eventId: event.id })];
    await store.record(aBatch([aRecordedEvent({ event })], { installs }));
    const answer = await knowledge.lookUp({
      clientEventIds: [
        { appId: game, clientEventId: "client-0" },
        { appId: game, clientEventId: "client-1" },
        { appId: other, clientEventId: "client-1" },
      ],
      installs: [
        { appId: game, keys: ["install_id:unknown"] },
        { appId: game, keys: ["install_id:device-1"] },
        { appId: other, keys: ["install_id:device-1"] },
        { appId: game, keys: [] },
      ],
      waiting: [{ appId: game, keys: ["install_id:device-1"], now: noon }],
      marks: [],
    });
    assert.deepEqual(answer.clientEventIds, [null, event.id, null]);
    assert.deepEqual(
      answer.installs.map((install) => install?.eventId ?? null),
      [null, event.id, null, null],
    );
    assert.deepEqual(answer.waiting, [[]]);
  },

  "asking nothing answers nothing": async ({ knowledge }) => {
    assert.deepEqual(await knowledge.lookUp(nothing), nothing);
  },

  "an install record is read back as it was written": async ({ store, knowledge }) => {
    const event = anEvent({ type: "install" });
    const record = anInstallRecord({
      eventId: event.id,
      keys: ["install_id:device-1", "advertising_id:ad-1"],
      fields: { media_source: "examplenetwork_int", is_lat: false, att: 3 },
    });
    await store.record(aBatch([aRecordedEvent({ event })], { installs: [record] }));
    const answer = await knowledge.lookUp({ ...nothing, installs: [{ appId: game, keys: ["advertising_id:ad-1"] }] });
    const [found] = answer.installs;
    assert.deepEqual({ ...found, fields: { ...found?.fields } }, record);
  },

  "the strongest key that is known answers": async ({ store, knowledge }) => {
    const strong = anEvent({ type: "install" });
    const weak = anEvent({ type: "install" });
    await store.record(
      aBatch([aRecordedEvent({ event: strong }), aRecordedEvent({ event: weak })], {
        installs: [
          anInstallRecord({ eventId: strong.id, keys: ["install_id:device-1"] }),
          anInstallRecord({ eventId: weak.id, keys: ["advertising_id:shared"] }),
        ],
      }),
    );
    const ask = async (keys: readonly string[]) =>
      (await knowledge.lookUp({ ...nothing, installs: [{ appId: game, keys }] })).installs[0]?.eventId;
    assert.equal(await ask(["install_id:device-1", "advertising_id:shared"]), strong.id);
    assert.equal(await ask(["install_id:unknown", "advertising_id:shared"]), weak.id);
  },

  "a newer install record replaces the older under each of its keys": async ({ store, knowledge }) => {
    const first = anEvent({ type: "install" });
    const second = anEvent({ type: "reinstall" });
    const keys = ["install_id:device-1", "advertising_id:ad-1"];
    await store.record(
      aBatch([aRecordedEvent({ event: first })], { installs: [anInstallRecord({ eventId: first.id, keys })] }),
    );
    await store.record(
      aBatch([aRecordedEvent({ event: second })], {
        installs: [anInstallRecord({ eventId: second.id, keys: ["advertising_id:ad-1", "idfv:v-1"] })],
      }),
    );
    const answer = await knowledge.lookUp({
      ...nothing,
      installs: ["install_id:device-1", "advertising_id:ad-1", "idfv:v-1"].map((key) => ({ appId: game, keys: [key] })),
    });
    assert.deepEqual(
      answer.installs.map((install) => install?.eventId),
      [first.id, second.id, second.id],
    );
  },

  "of two installs in one batch the last one stands": async ({ store, knowledge }) => {
    const events = [anEvent({ type: "install" }), anEvent({ type: "re_engagement" })];
    await store.record(
      aBatch(
        events.map((event) => aRecordedEvent({ event })),
        { installs: events.map(({ id }) => anInstallRecord({ eventId: id })) },
      ),
    );
    const query = { ...nothing, installs: [{ appId: game, keys: ["install_id:device-1"] }] };
    assert.equal((await knowledge.lookUp(query)).installs[0]?.eventId, events[1]?.id);
  },

  "an event that waits is found under any of its keys, once, with what it has matched": async ({
    store,
    knowledge,
  }) => {
    const event = anEvent({ fields: { install_id: "device-1" } });
    const waits = { keys: ["install_id:device-1", "advertising_id:ad-1"], until: noon + hourMs };
    const decisions = [aSkip("not_attributed"), aMatch(otherNetwork)];
    const postbacks = [{ partner: otherNetwork }];
    await store.record(aBatch([aRecordedEvent({ event, decisions, postbacks, waits })]));
    for (const keys of [["advertising_id:ad-1"], ["install_id:device-1", "advertising_id:ad-1"]]) {
      const [found] = (await knowledge.lookUp(waitingFor(keys))).waiting;
      assert.deepEqual(
        found?.map((waiting) => waiting.event.id),
        [event.id],
      );
      assert.equal(found?.[0]?.event.source, event.source);
      assert.deepEqual(found?.[0]?.matchedTargetKeys, ["integration:other_int/m-purchase"]);
    }
    assert.deepEqual((await knowledge.lookUp(waitingFor(["advertising_id:ad-1"], noon, other))).waiting, [[]]);
    assert.deepEqual((await knowledge.lookUp(waitingFor(["idfv:v-1"]))).waiting, [[]]);
  },

  "an event waits until its time and no longer": async ({ store, knowledge }) => {
    const waits = { keys: ["install_id:device-1"], until: noon + hourMs };
    await store.record(aBatch([aRecordedEvent({ waits })]));
    const found = async (now: number) =>
      (await knowledge.lookUp(waitingFor(["install_id:device-1"], now))).waiting[0]?.length;
    assert.equal(await found(noon + hourMs - 1), 1);
    assert.equal(await found(noon + hourMs + 1), 0);
  },

  "an amended event no longer waits, unless it is told to": async ({ store, knowledge }) => {
    const waits = { keys: ["install_id:device-1"], until: noon + hourMs };
    const events = [anEvent(), anEvent()];
    await store.record(aBatch(events.map((event) => aRecordedEvent({ event, waits }))));
    const [done, still] = events.map((event) => aRecordedEvent({ event }));
    assert.ok(done !== undefined && still !== undefined);
    await store.record(aBatch([], { amendments: [done, { ...still, waits }] }));
    const [found] = (await knowledge.lookUp(waitingFor(["install_id:device-1"]))).waiting;
    assert.deepEqual(
      found?.map((waiting) => waiting.event.id),
      [still.event.id],
    );
  },

  "a mark names the event that was recorded with it, and is unique": async ({ store, knowledge }) => {
    const mark = { appId: game, targetKey: "rule:crashes", subject: "install_id:device-1" };
    const others = [
      { ...mark, appId: other },
      { ...mark, targetKey: "rule:other" },
      { ...mark, subject: "install_id:device-2" },
    ];
    const first = aRecordedEvent({ marks: [mark] });
    await store.record(aBatch([first]));
    const answer = await knowledge.lookUp({ ...nothing, marks: [mark, ...others] });
    assert.deepEqual(answer.marks, [first.event.id, null, null, null]);
    const second = aRecordedEvent({ marks: [mark], postbacks: [{}] });
    const beside = aRecordedEvent();
    await assert.rejects(store.record(aBatch([beside, second])));
    assert.deepEqual((await knowledge.lookUp({ ...nothing, marks: [mark] })).marks, [first.event.id]);
    // The batch is refused whole, and can be recorded without the mark.
    const receipt = await store.record(aBatch([beside, { ...second, marks: [] }]));
    assert.deepEqual(
      receipt.events.map(({ kind }) => kind),
      ["recorded", "recorded"],
    );
    await store.record(aBatch([aRecordedEvent({ marks: others })]));
  },

  "an event that is recorded again keeps its mark, and an amendment brings one": async ({ store, knowledge }) => {
    const mark = { appId: game, targetKey: "rule:crashes", subject: "install_id:device-1" };
    const first = aRecordedEvent({ marks: [mark] });
    await store.record(aBatch([first]));
    const again = await store.record(aBatch([first]));
    assert.equal(again.events[0]?.kind, "duplicate");
    const waiting = aRecordedEvent({ waits: { keys: ["install_id:device-2"], until: noon + hourMs } });
    await store.record(aBatch([waiting]));
    const late = { ...mark, subject: "install_id:device-2" };
    await store.record(aBatch([], { amendments: [{ ...waiting, waits: null, marks: [late] }] }));
    assert.deepEqual((await knowledge.lookUp({ ...nothing, marks: [mark, late] })).marks, [
      first.event.id,
      waiting.event.id,
    ]);
  },
};
