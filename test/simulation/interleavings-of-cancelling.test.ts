import assert from "node:assert/strict";
import type { Event } from "#src/core/events/event.ts";
import { eventAt, interleaving, postbackOf } from "./interleaving.ts";
import type { World } from "./world.ts";
import { narrow, narrowReceiver, steady, steadyReceiver, worldCatalog } from "./world-catalog.ts";

interleaving("cancelled in flight and not heard: the attempt is kept, and it ends as cancelled", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  const filter = { partnerId: steady };
  world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  assert.equal(row.state, "leased");
  world.answer(steadyReceiver, { kind: "response", status: 500 });
  await clock.turn(1_000);
  assert.deepEqual([row.state, row.reason, row.attempts], ["cancelled", "by_request", 1]);
});

interleaving("cancelled in flight and heard all the same: it ends as delivered", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  const filter = { partnerId: steady };
  world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
  await clock.turn(1_000);
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
});

interleaving(
  "an integration that is made again wakes nothing that was cancelled with the one before",
  async (world) => {
    const { clock, receivers, tables } = world;
    receivers.setMood(narrowReceiver, "hanging");
    const events = Array.from({ length: 8 }, () => eventAt(world));
    await world.append(events);
    await clock.turn(1_000);
    world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
    world.changeCatalog(worldCatalog());
    await clock.turn(1_000);
    receivers.allWell();
    await clock.turn(10 * 60_000);
    const states = events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
    assert.deepEqual(new Set(states), new Set(["cancelled"]));
    const next = eventAt(world);
    await world.append([next]);
    await clock.turn(5_000);
    assert.equal(postbackOf(world, next.id, narrowReceiver).state, "delivered");
    assert.equal(tables.cancelMarks.size, 0);
  },
);

interleaving("an integration whose cancelling failed, made again, wakes nothing of the one before", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(narrowReceiver, "hanging");
  const events = Array.from({ length: 8 }, () => eventAt(world));
  await world.append(events);
  await clock.turn(1_000);
  faults.failNext("cancel", "before_commit");
  world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
  await clock.turn(60_000);
  receivers.allWell();
  world.changeCatalog(worldCatalog());
  await clock.turn(5 * 60_000);
  const states = events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
  assert.ok(!states.includes("delivered"), states.join());
});

/** So many for the narrow receiver that some wait in the store behind those in memory. */
const spill = async (world: World): Promise<readonly Event[]> => {
  world.receivers.setMood(narrowReceiver, "by_hand");
  const events = Array.from({ length: 20 }, () => eventAt(world));
  await world.append(events);
  await world.clock.turn(1_000);
  return events;
};

const cancelNarrow = (world: World): void =>
  world.ask("cancel", (engine) =>
    engine.cancel({ filter: { partnerId: narrow }, dryRun: false, reason: "by_request" }),
  );

/** What the narrow receiver has in hand is heard; with what comes of it, until nothing more does. */
const hearAll = async (world: World): Promise<number> => {
  const before = ordersTo(world);
  for (let turn = 0; turn < 30; turn += 1) {
    world.answer(narrowReceiver, { kind: "response", status: 200 });
    await world.clock.turn(1_000);
  }
  return ordersTo(world) - before;
};

const ordersTo = (world: World): number =>
  world.sender().orders.filter(({ receiverId }) => receiverId === narrowReceiver).length;

interleaving("what a claim had leased before a cancelling, and brings after it, is not sent", async (world) => {
  const { faults } = world;
  const events = await spill(world);
  const claim = faults.holdNextAnswer("claim");
  for (let turn = 0; turn < 10; turn += 1) {
    world.answer(narrowReceiver, { kind: "response", status: 200 });
    await world.clock.turn(1_000);
  }
  await claim.arrived;
  cancelNarrow(world);
  await world.clock.turn(1_000);
  claim.letGo();
  await world.clock.rest();
  assert.equal(await hearAll(world), 0);
  const states = new Set(events.map(({ id }) => postbackOf(world, id, narrowReceiver).state));
  assert.deepEqual(states, new Set(["delivered", "cancelled"]));
});

interleaving("what a claim brings while a cancelling is on its way waits for it, and is not sent", async (world) => {
  const { faults } = world;
  const events = await spill(world);
  const claim = faults.holdNextAnswer("claim");
  for (let turn = 0; turn < 10; turn += 1) {
    world.answer(narrowReceiver, { kind: "response", status: 200 });
    await world.clock.turn(1_000);
  }
  await claim.arrived;
  // The first is of what waits, the second of what is leased.
  faults.holdNext("cancel").letGo();
  const cancelling = faults.holdNext("cancel");
  cancelNarrow(world);
  await cancelling.arrived;
  claim.letGo();
  assert.equal(await hearAll(world), 0);
  cancelling.letGo();
  assert.equal(await hearAll(world), 0);
  const states = new Set(events.map(({ id }) => postbackOf(world, id, narrowReceiver).state));
  assert.deepEqual(states, new Set(["delivered", "cancelled"]));
});

interleaving("an integration made again sends nothing that a claim of before brings late", async (world) => {
  const { clock, faults } = world;
  const events = await spill(world);
  const claim = faults.holdNextAnswer("claim");
  for (let turn = 0; turn < 10; turn += 1) {
    world.answer(narrowReceiver, { kind: "response", status: 200 });
    await clock.turn(1_000);
  }
  await claim.arrived;
  world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
  world.changeCatalog(worldCatalog());
  await clock.turn(1_000);
  claim.letGo();
  await clock.rest();
  assert.equal(await hearAll(world), 0);
  await clock.turn(60_000);
  const states = new Set(events.map(({ id }) => postbackOf(world, id, narrowReceiver).state));
  assert.deepEqual(states, new Set(["delivered", "cancelled"]));
});

interleaving("what a commit had leased before a cancelling, and tells of after it, is not sent", async (world) => {
  const { clock, faults } = world;
  const commit = faults.holdNextAnswer("record");
  const event = eventAt(world);
  const answer = world.append([event]);
  await commit.arrived;
  cancelNarrow(world);
  await clock.turn(1_000);
  commit.letGo();
  assert.equal((await answer)?.[0]?.kind, "accepted");
  await clock.turn(1_000);
  assert.equal(ordersTo(world), 0);
  assert.equal(postbackOf(world, event.id, narrowReceiver).state, "cancelled");
  assert.equal(postbackOf(world, event.id).state, "delivered");
});

interleaving("what is cancelled while its lease is renewed for its hand-over is not sent", async (world) => {
  const { clock, faults } = world;
  world.receivers.setMood(narrowReceiver, "by_hand");
  const events = Array.from({ length: 4 }, () => eventAt(world));
  await world.append(events);
  await clock.turn(1_000);
  // The renewal of the tick fails: what is queued is short of its lease when its turn comes.
  faults.failNext("extendLease", "before_commit");
  await clock.turn(45_000);
  const renewal = faults.holdNextAnswer("extendLease");
  world.answer(narrowReceiver, { kind: "response", status: 200 });
  await renewal.arrived;
  cancelNarrow(world);
  await clock.turn(1_000);
  renewal.letGo();
  await clock.rest();
  assert.equal(await hearAll(world), 0);
  const states = events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
  assert.deepEqual(states.toSorted(), ["cancelled", "cancelled", "delivered", "delivered"]);
});

interleaving(
  "a crash between a receiver's mark and its rows: made again, the integration sends none of them",
  async (world) => {
    const { clock, receivers, tables } = world;
    const events = await spill(world);
    const statesOf = () => events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
    world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
    await clock.rest();
    await world.crash();
    assert.ok(statesOf().includes("pending"), "rows are still to be written");
    assert.equal(tables.cancelMarks.size, 1);
    receivers.allWell();
    world.changeCatalog(worldCatalog());
    await clock.turn(60_000);
    assert.deepEqual(new Set(statesOf()), new Set(["cancelled"]));
    assert.equal(ordersTo(world), 0);
    const next = eventAt(world);
    await world.append([next]);
    await clock.turn(5_000);
    assert.equal(postbackOf(world, next.id, narrowReceiver).state, "delivered");
  },
);

interleaving("cancelled in flight, and a crash before its outcome is written: it is not sent again", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.turn(1_000);
  const filter = { partnerId: steady };
  world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
  await clock.turn(1_000);
  const outcome = faults.holdNext("settle");
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await outcome.arrived;
  await world.crash();
  receivers.allWell();
  await clock.turn(120_000);
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.reason, row.attempts], ["cancelled", "by_request", 0]);
  assert.equal(receivers.heard.get(row.postback.id), 1);
});
