import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackRow } from "#src/adapters/memory/tables.ts";
import type { Event } from "#src/core/event.ts";
import type { EventId, ReceiverId } from "#src/core/ids.ts";
import { anEvent } from "#test/support/an-event.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { unfinished } from "./run-seed.ts";
import { settleDown } from "./steps.ts";
import { openWorld, type World } from "./world.ts";
import {
  agencyReceiver,
  narrow,
  narrowReceiver,
  networkReceiver,
  steady,
  steadyReceiver,
  worldCatalog,
} from "./world-catalog.ts";

/** The interleavings that the design warns of, each by name; every invariant of the simulation is watched in each. */
const interleaving = (title: string, play: (world: World) => Promise<void>): void => {
  test(title, async () => {
    const world = await openWorld(seededChance(1));
    await play(world);
    world.look();
    assert.deepEqual(world.violations, []);
    await settleDown(world);
    world.look();
    assert.deepEqual(world.violations, []);
    assert.deepEqual(unfinished(world), []);
  });
};

const postbackOf = ({ tables }: World, event: EventId, receiver: ReceiverId = steadyReceiver): PostbackRow => {
  const found = (tables.events.get(event)?.postbacks ?? [])
    .flatMap((sequence) => tables.postbacks.get(sequence) ?? [])
    .find(({ postback }) => postback.receiverId === receiver);
  assert.ok(found !== undefined, `event ${event} owes ${receiver} nothing`);
  return found;
};

const codesOf = ({ tables }: World, event: EventId): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (tables.events.get(event)?.decisions ?? []).map(({ targetKey, code }) => [
      targetKey.replace("integration:", ""),
      code,
    ]),
  );

/** An event of now: worlds begin later than the builder's noon by their first turn. */
const eventAt = ({ clock }: World, parts: Parameters<typeof anEvent>[0] = {}): Event =>
  anEvent({ time: clock.now(), receivedAt: clock.now(), ...parts });

const purchaseOf = (world: World, device: string): Event => eventAt(world, { fields: { install_id: device } });
const installOf = (world: World, device: string, attribution: Readonly<Record<string, string>>): Event =>
  eventAt(world, { type: "install", fields: { install_id: device, media_source: "network_int", ...attribution } });

interleaving("a batch that fails under one that waits for its keys: nobody hears of a duplicate", async (world) => {
  const { clock, faults, tables } = world;
  const [first, again] = [eventAt(world, { clientEventId: "c-1" }), eventAt(world, { clientEventId: "c-1" })];
  const commit = faults.holdNext("record");
  faults.failNext("record", "before_commit");
  const firstAnswer = world.append([first]);
  await commit.arrived;
  const secondAnswer = world.append([again]);
  await clock.turn(1_000);
  commit.letGo();
  await clock.turn(1_000);
  assert.equal(await firstAnswer, null);
  assert.deepEqual(
    (await secondAnswer)?.map(({ kind, id }) => [kind, id]),
    [["accepted", again.id]],
  );
  assert.equal(tables.events.has(first.id), false);
});

interleaving(
  "an answer that was lost: the repeat is a duplicate of what is there, and it is sent once",
  async (world) => {
    const { clock, faults } = world;
    const [first, again] = [eventAt(world, { clientEventId: "c-1" }), eventAt(world, { clientEventId: "c-1" })];
    faults.failNext("record", "after_commit");
    assert.equal(await world.append([first]), null);
    assert.deepEqual(await world.append([again]), [{ kind: "duplicate", id: first.id }]);
    await clock.turn(120_000);
    const row = postbackOf(world, first.id);
    assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
  },
);

interleaving("an install comes between the look-up and the commit of its device's event", async (world) => {
  const { clock, faults } = world;
  const event = purchaseOf(world, "device-1");
  const commit = faults.holdNext("record");
  void world.append([event]);
  await commit.arrived;
  void world.append([installOf(world, "device-1", {})]);
  await clock.turn(1_000);
  commit.letGo();
  await clock.turn(1_000);
  assert.equal(codesOf(world, event.id)["network_int/m-purchase"], "match");
  assert.equal(postbackOf(world, event.id, networkReceiver).state, "delivered");
});

interleaving("an event comes between the look-up and the commit of its device's install", async (world) => {
  const { clock, faults } = world;
  const commit = faults.holdNext("record");
  void world.append([installOf(world, "device-1", {})]);
  await commit.arrived;
  const event = purchaseOf(world, "device-1");
  void world.append([event]);
  await clock.turn(1_000);
  commit.letGo();
  await clock.turn(1_000);
  assert.equal(postbackOf(world, event.id, networkReceiver).state, "delivered");
});

interleaving("an install that fails to commit leaves its device's events waiting for the next", async (world) => {
  const { clock, faults, tables } = world;
  const event = purchaseOf(world, "device-1");
  await world.append([event]);
  faults.failNext("record", "before_commit");
  assert.equal(await world.append([installOf(world, "device-1", {})]), null);
  assert.notEqual(tables.events.get(event.id)?.waits, null);
  await world.append([installOf(world, "device-1", {})]);
  await clock.turn(1_000);
  assert.equal(postbackOf(world, event.id, networkReceiver).state, "delivered");
});

interleaving("a late install decides anew, and nobody is served twice", async (world) => {
  const { clock } = world;
  const event = purchaseOf(world, "device-1");
  await world.append([event]);
  await clock.turn(1_000);
  const early = postbackOf(world, event.id);
  assert.equal(early.state, "delivered");

  await world.append([installOf(world, "device-1", { af_prt: "agencyprt" })]);
  await clock.turn(1_000);
  assert.equal(postbackOf(world, event.id, agencyReceiver).state, "delivered");
  await world.append([installOf(world, "device-1", {})]);
  await clock.turn(1_000);
  const served = world.tables.events.get(event.id)?.postbacks ?? [];
  const receivers = served.map((sequence) => world.tables.postbacks.get(sequence)?.postback.receiverId);
  assert.deepEqual(receivers.toSorted(), [agencyReceiver, narrowReceiver, steadyReceiver].toSorted());
  assert.equal(early.attempts, 1);
});

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

interleaving("a crash between recovery and the first attempt loses nothing and spends nothing", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  world.pause({ level: "everything" });
  await clock.turn(1_000);
  await world.crash();
  await world.crash();
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.attempts, row.spent, row.strikes], ["pending", 0, 0, 0]);
  receivers.allWell();
  world.resume({ level: "everything" }, null);
  await clock.turn(60_000);
  assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
});

interleaving(
  "a crash while outcomes are on their way: what was in flight goes out again, nothing else does",
  async (world) => {
    const { clock, faults, receivers } = world;
    const settled = eventAt(world);
    await world.append([settled]);
    await clock.turn(5_000);
    const outcome = faults.holdNext("settle");
    const inFlight = eventAt(world);
    await world.append([inFlight]);
    await clock.turn(5_000);
    await outcome.arrived;
    await world.crash();
    await clock.turn(60_000);
    assert.equal(receivers.heard.get(postbackOf(world, settled.id).postback.id), 1);
    const doubled = [steadyReceiver, narrowReceiver].map((receiver) => postbackOf(world, inFlight.id, receiver));
    const times = doubled.map(({ postback }) => receivers.heard.get(postback.id) ?? 0);
    assert.ok(times.every((heard) => heard <= 2) && times.includes(2), `heard ${times.join()} times`);
  },
);

interleaving(
  "a replay after ten attempts and more starts the schedule anew, and the numbering goes on",
  async (world) => {
    const { clock, receivers } = world;
    receivers.setMood(steadyReceiver, "failing");
    const event = eventAt(world);
    await world.append([event]);
    await clock.turn(600_000);
    const row = postbackOf(world, event.id);
    for (const attempts of [4, 8, 12]) {
      assert.deepEqual([row.state, row.reason, row.attempts], ["dead", "exhausted", attempts]);
      const request = { filter: {}, render: "as_sent", ratePerSecond: null, dryRun: false } as const;
      world.ask("replay", (engine) => engine.startReplay(request));
      if (attempts === 12) receivers.allWell();
      await clock.turn(600_000);
    }
    assert.deepEqual([row.state, row.attempts], ["delivered", 13]);
    assert.deepEqual(
      row.attemptLog.map(({ number }) => number),
      Array.from({ length: 13 }, (_, index) => index + 1),
    );
  },
);

interleaving("a spill behind a stream of new events: those that waited go first", async (world) => {
  const { clock } = world;
  world.pause({ level: "partner", id: narrow });
  await clock.turn(1_000);
  const waited: EventId[] = [];
  for (let event = 0; event < 20; event += 1) {
    const recorded = eventAt(world);
    waited.push(recorded.id);
    await world.append([recorded]);
    await clock.turn(10);
  }
  world.resume({ level: "partner", id: narrow }, null);
  for (let event = 0; event < 200; event += 1) {
    void world.append([eventAt(world)]);
    await clock.turn(100);
  }
  await clock.turn(120_000);
  const sent = world
    .sender()
    .orders.filter(({ receiverId }) => receiverId === narrowReceiver)
    .map(({ headers }) => headers[1]?.slice(0, waited[0]?.length));
  assert.deepEqual(sent.slice(0, waited.length), waited);
  assert.equal(sent.length, 220);
});

interleaving("a full disk while settling: nothing more is handed over, and nothing is sent twice", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const events = Array.from({ length: 6 }, () => eventAt(world));
  await world.append(events);
  await clock.rest();
  faults.setDiskFull(true);
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(120_000);
  const orders = world.sender().orders.length;
  assert.equal(await world.append([eventAt(world)]), null);
  await clock.turn(120_000);
  assert.equal(world.sender().orders.length, orders);
  receivers.allWell();
  faults.setDiskFull(false);
  // Those that took the places of the first ones before their outcomes could not be written.
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(120_000);
  for (const { id } of events)
    assert.deepEqual([postbackOf(world, id).state, postbackOf(world, id).attempts], ["delivered", 1]);
});

interleaving(
  "a slow commit eats a lease: its postback is sent once all the same, under a lease that holds",
  async (world) => {
    const { clock, faults, receivers } = world;
    const commit = faults.holdNext("record");
    const event = eventAt(world);
    const answer = world.append([event]);
    await commit.arrived;
    await clock.turn(10 * 60_000);
    commit.letGo();
    assert.equal((await answer)?.[0]?.kind, "accepted");
    await clock.turn(120_000);
    const row = postbackOf(world, event.id);
    assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
    assert.equal(receivers.heard.get(row.postback.id), 1);
  },
);

interleaving("410 holds the rest, and a breaker's probe never kills", async (world) => {
  const { clock, receivers, tables } = world;
  receivers.setMood(steadyReceiver, "gone");
  for (let event = 0; event < 60; event += 1) {
    await world.append([eventAt(world)]);
    await clock.turn(500);
  }
  await clock.turn(30 * 60_000);
  const rows = [...tables.postbacks.values()].filter(({ postback }) => postback.receiverId === steadyReceiver);
  const dead = rows.filter(({ state }) => state === "dead").length;
  const probes = rows.reduce((sum, { attemptLog }) => sum + attemptLog.filter(({ spent }) => !spent).length, 0);
  assert.ok(dead < 5, `${dead} are dead`);
  assert.ok(probes > 5, `${probes} probes were sent`);
  receivers.allWell();
  await clock.turn(30 * 60_000);
  assert.equal(rows.filter(({ state }) => state === "delivered").length, 60 - dead);
});

interleaving("a pause costs no attempt, however often it comes", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "hanging");
  await world.append([eventAt(world), eventAt(world), eventAt(world)]);
  const waiting = eventAt(world);
  await world.append([waiting]);
  await clock.rest();
  for (let pause = 0; pause < 5; pause += 1) {
    world.pause({ level: "receiver", id: steadyReceiver });
    await clock.turn(100);
    world.resume({ level: "receiver", id: steadyReceiver }, null);
    await clock.turn(100);
  }
  const row = postbackOf(world, waiting.id);
  assert.deepEqual([row.attempts, row.spent, row.strikes], [0, 0, 0]);
  receivers.allWell();
  await clock.turn(10 * 60_000);
  assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
});

interleaving(
  "three crashes of a sender end the postback that was in its hands, and none that was not",
  async (world) => {
    const { clock, receivers } = world;
    receivers.setMood(steadyReceiver, "by_hand");
    const poison = eventAt(world);
    await world.append([poison]);
    await clock.rest();
    for (let crash = 0; crash < 3; crash += 1) {
      world.crashSender();
      await clock.turn(60_000);
    }
    const row = postbackOf(world, poison.id);
    assert.deepEqual([row.state, row.reason, row.strikes], ["dead", "sender_crashed", 2]);
    receivers.allWell();
    const healthy = eventAt(world);
    await world.append([healthy]);
    await clock.turn(1_000);
    assert.equal(postbackOf(world, healthy.id).state, "delivered");
  },
);

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
