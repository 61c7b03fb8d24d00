import assert from "node:assert/strict";
import { test } from "node:test";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { aCatalog, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { accept, anEngine, codesOf, postbacks } from "#test/support/an-engine.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";

/** One integration that asks for the conversion: a window of days, and events of its own media source only. */
const windowed = aCatalog({
  apps: [anApp({ integrations: [anIntegration({ inApp: { window: { kind: "days", days: 7 } } })] })],
});
const anInstall = (parts: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ type: "install", fields: { install_id: "device-1", install_time: noon - dayMs }, ...parts });
const ofDevice = (parts: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ fields: { install_id: "device-1" }, ...parts });

test("an event given twice in one batch is one event, under the id of the first", async () => {
  const under = await anEngine();
  const first = anEvent({ clientEventId: "c-1" });
  const again = anEvent({ clientEventId: "c-1" });
  const [one, two] = await under.engine.journal.append([first, again]);
  assert.equal(one?.kind, "accepted");
  assert.deepEqual(two, { kind: "duplicate", id: first.id });
  await under.clock.rest();
  assert.equal((await postbacks(under)).length, 1);
});

test("a mistake of ours over one event takes down its own request, and leaves no credit behind", async () => {
  const under = await anEngine();
  const app = under.engine.catalog.current().apps.get(anEvent().appId);
  assert.ok(app !== undefined);
  const decide = app.decide.bind(app);
  Object.assign(app, {
    decide: (...[event, inputs]: Parameters<typeof decide>) => {
      if (event.clientEventId === "poison") throw new Error("a mistake of ours");
      return decide(event, inputs);
    },
  });
  const answers = await Promise.allSettled(
    [["a"], ["b", "poison"], ["c"]].map((ids) =>
      under.engine.journal.append(ids.map((clientEventId) => anEvent({ clientEventId }))),
    ),
  );
  assert.deepEqual(
    answers.map((answer) => (answer.status === "rejected" ? answer.reason.reason : answer.value[0]?.kind)),
    ["accepted", "undecided", "accepted"],
  );
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 2);
  const { inHand, intakeQueue, refusing } = under.engine.status();
  assert.deepEqual([inHand, intakeQueue, refusing], [0, 0, null]);
});

test("an event given again in another batch is a duplicate, also while the first is still being committed", async () => {
  const under = await anEngine();
  const first = anEvent({ clientEventId: "c-1" });
  const held = under.faults.holdNext("record");
  const one = under.engine.journal.append([first]);
  await held.arrived;
  const two = under.engine.journal.append([anEvent({ clientEventId: "c-1" })]);
  await under.clock.rest();
  held.letGo();
  await one;
  assert.deepEqual(await two, [{ kind: "duplicate", id: first.id }]);
  const three = await accept(under, [anEvent({ clientEventId: "c-1" })]);
  assert.deepEqual(three, [{ kind: "duplicate", id: first.id }]);
});

test("nobody hears of a duplicate of an event that was never stored: the next one is the first", async () => {
  const under = await anEngine();
  const held = under.faults.holdNext("record");
  under.faults.failNext("record", "before_commit");
  const failed = assert.rejects(under.engine.journal.append([anEvent({ clientEventId: "c-1" })]), NotAcknowledged);
  await held.arrived;
  const second = anEvent({ clientEventId: "c-1" });
  const two = under.engine.journal.append([second]);
  await under.clock.rest();
  held.letGo();
  await failed;
  const [acceptance] = await two;
  assert.equal(acceptance?.kind, "accepted");
  assert.equal(acceptance.id, second.id);
});

test("after an answer that was lost on its way the repeated event is heard of as a duplicate", async () => {
  const under = await anEngine();
  const first = anEvent({ clientEventId: "c-1" });
  under.faults.failNext("record", "after_commit");
  await assert.rejects(under.engine.journal.append([first]), (error) => {
    assert.ok(error instanceof NotAcknowledged);
    assert.equal(error.reason, "store_failed");
    return true;
  });
  assert.deepEqual(await accept(under, [anEvent({ clientEventId: "c-1" })]), [{ kind: "duplicate", id: first.id }]);
});

test("an event is completed from the install record of its device, and what was known is frozen beside it", async () => {
  const under = await anEngine({ catalog: windowed });
  await accept(under, [anInstall()]);
  const event = ofDevice();
  await accept(under, [event]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
  const stored = await under.storage.log.readEvent(event.id);
  assert.equal(stored?.event.enrichment?.conversionAt, noon - dayMs);
  assert.equal(stored.event.enrichment.version, 1);
});

test("an install of its own batch completes an event, whichever of the two stands first", async () => {
  const under = await anEngine({ catalog: windowed });
  const before = ofDevice();
  const after = ofDevice();
  await under.engine.journal.append([before, anInstall(), after]);
  assert.deepEqual(await codesOf(under, before), ["match"]);
  assert.deepEqual(await codesOf(under, after), ["match"]);
});

test("an event waits for the commit of its install in a batch in flight, and is completed from it", async () => {
  const under = await anEngine({ catalog: windowed });
  const held = under.faults.holdNext("record");
  const install = under.engine.journal.append([anInstall()]);
  await held.arrived;
  const event = ofDevice();
  const accepted = under.engine.journal.append([event]);
  await under.clock.rest();
  assert.equal(under.faults.calls.get("record"), 1);
  held.letGo();
  await Promise.all([install, accepted]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
});

test("an install that failed to be recorded completes nothing", async () => {
  const under = await anEngine({ catalog: windowed });
  const held = under.faults.holdNext("record");
  under.faults.failNext("record", "before_commit");
  const install = assert.rejects(under.engine.journal.append([anInstall()]), NotAcknowledged);
  await held.arrived;
  const event = ofDevice();
  const accepted = under.engine.journal.append([event]);
  await under.clock.rest();
  held.letGo();
  await Promise.all([install, accepted]);
  assert.deepEqual(await codesOf(under, event), ["conversion_unknown"]);
});

test("an install given twice writes its record once", async () => {
  const under = await anEngine({ catalog: windowed });
  await accept(under, [anInstall({ clientEventId: "i-1" })]);
  const again = anInstall({
    clientEventId: "i-1",
    fields: { install_id: "device-1", install_time: noon - 30 * dayMs },
  });
  await accept(under, [again]);
  const event = ofDevice();
  await accept(under, [event]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
});

test("events of one device in different batches do not wait for each other", async () => {
  const under = await anEngine();
  const held = under.faults.holdNext("record");
  const one = under.engine.journal.append([ofDevice()]);
  await held.arrived;
  const two = under.engine.journal.append([ofDevice()]);
  await under.clock.rest();
  assert.equal((await two).length, 1);
  held.letGo();
  await one;
});

test("a batch asks what is known in one call, and not at all when there is nothing to ask for", async () => {
  const under = await anEngine();
  await accept(under, [anEvent(), anEvent()]);
  assert.equal(under.faults.calls.get("lookUp") ?? 0, 0);
  await under.engine.journal.append([anEvent({ clientEventId: "c-1" }), ofDevice(), anInstall(), anEvent()]);
  assert.equal(under.faults.calls.get("lookUp"), 1);
});

test("requests that wait together are recorded together, while earlier batches commit", async () => {
  const under = await anEngine();
  const held = [under.faults.holdNext("record"), under.faults.holdNext("record")];
  const first = under.engine.journal.append([anEvent()]);
  await held[0]?.arrived;
  const second = under.engine.journal.append([anEvent()]);
  await held[1]?.arrived;
  const rest = Array.from({ length: 50 }, () => under.engine.journal.append([anEvent()]));
  await under.clock.rest();
  assert.equal(under.faults.calls.get("record"), 2);
  for (const { letGo } of held) letGo();
  await Promise.all([first, second, ...rest]);
  assert.equal(under.faults.calls.get("record"), 3);
});

test("a batch never grows over its bound, and no request is split", async () => {
  const under = await anEngine({ limits: { intake: { batchEventsMax: 10, batchesInFlightMax: 1 } } });
  const sizes: number[] = [];
  const answers = [4, 4, 4, 12, 3].map((count) =>
    under.engine.journal.append(Array.from({ length: count }, () => anEvent())),
  );
  for (const answer of answers) sizes.push((await answer).length);
  assert.deepEqual(sizes, [4, 4, 4, 12, 3]);
  assert.equal(under.faults.calls.get("record"), 4);
});

test("intake refuses what is over its bound of events or bytes, and takes again when there is room", async () => {
  const under = await anEngine({ limits: { intake: { queuedEventsMax: 2, queuedBytesMax: 10_000 } } });
  const held = under.faults.holdNext("record");
  const taken = under.engine.journal.append([anEvent(), anEvent()]);
  await held.arrived;
  await assert.rejects(under.engine.journal.append([anEvent()]), { reason: "queue_full", retryAfterS: 1 });
  assert.equal(under.engine.status().refusing, "queue_full");
  held.letGo();
  await taken;
  assert.equal(under.engine.status().refusing, null);
  await assert.rejects(under.engine.journal.append([anEvent({ source: "x".repeat(10_001) })]), {
    reason: "queue_full",
  });
  assert.equal((await under.engine.journal.append([anEvent()])).length, 1);
});

test("intake refuses while the free disk is under its reserve, and takes again by itself", async () => {
  const under = await anEngine();
  under.faults.setDiskFull(true);
  await under.clock.turn(5_000);
  await assert.rejects(under.engine.journal.append([anEvent()]), { reason: "disk_full" });
  assert.equal(under.engine.status().refusing, "disk_full");
  under.faults.setDiskFull(false);
  await under.clock.turn(5_000);
  assert.equal((await under.engine.journal.append([anEvent()])).length, 1);
});

test("a store that fails acknowledges nothing, leaves nothing in hand, and is tried again with the next request", async () => {
  const under = await anEngine();
  under.faults.failNext("record", "before_commit");
  await assert.rejects(under.engine.journal.append([anEvent()]), { reason: "store_failed" });
  assert.equal(under.engine.status().inHand, 0);
  assert.equal(under.engine.status().refusing, "store_failed");
  await accept(under, [anEvent()]);
  assert.equal(under.engine.status().refusing, null);
  assert.equal(under.sender.orders.length, 1);
});

test("a failed look-up acknowledges nothing", async () => {
  const under = await anEngine();
  under.faults.failNext("lookUp", "before_commit");
  await assert.rejects(under.engine.journal.append([anEvent({ clientEventId: "c-1" })]), { reason: "store_failed" });
  assert.equal(under.faults.calls.get("record") ?? 0, 0);
});

test("an event whose app has left the catalog on its way is recorded and owes nobody", async () => {
  const under = await anEngine({ catalog: aCatalog({ apps: [], partners: [aPartner()] }) });
  const event = anEvent();
  const [acceptance] = await accept(under, [event]);
  assert.deepEqual(acceptance, { kind: "accepted", id: event.id, decisions: [] });
});

test("an event that a template cannot be rendered for is recorded with a dead postback, and the rest of its batch goes out", async () => {
  const under = await anEngine();
  const tooLong = anEvent({ value: { text: "x".repeat(20_000) } });
  await under.engine.journal.append([tooLong, anEvent()]);
  await under.clock.rest();
  const [dead, delivered] = await postbacks(under);
  assert.deepEqual([dead?.state, dead?.reason, dead?.attempts], ["dead", "render_error", 0]);
  assert.ok(dead?.renderMessage);
  assert.equal(delivered?.state, "delivered");
});
