import assert from "node:assert/strict";
import { test } from "node:test";
import { claim, expireLeases } from "#src/adapters/memory/schedule.ts";
import type { EventId } from "#src/core/ids.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { eventAt, interleaving, postbackOf } from "./interleaving.ts";
import { unfencedSettling, withBug } from "./store-bugs.ts";
import { openWorld, type World } from "./world.ts";
import { narrow, narrowReceiver, steadyReceiver } from "./world-catalog.ts";

/** As by another process: while it is in flight here, its lease ends, and somebody else has it when it is heard. */
const loseLease = async (world: World): Promise<void> => {
  const { clock, receivers, tables } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  receivers.permitDoubles();
  const now = clock.now();
  expireLeases(tables, { endedBefore: Number.POSITIVE_INFINITY, dueAt: now });
  const leaseUntil = now + 30_000;
  claim(tables, { receiverId: steadyReceiver, lane: "first", count: 1, now, leaseUntil, leaseToken: "other" });
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(1_000);
  if (world.violations.length > 0) return;
  assert.deepEqual([row.state, row.lease?.token, row.attempts], ["leased", "other", 1]);
  receivers.allWell();
  await clock.turn(120_000);
  assert.deepEqual([row.state, row.attempts], ["delivered", 2]);
};

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

interleaving("a lease that cannot be renewed ends nothing that is in flight", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  // Renewal fails at every tick from half of the lease until it has ended; looking for ended leases does not.
  for (let tick = 0; tick < 6; tick += 1) faults.failNext("extendLease", "before_commit");
  await clock.turn(90_000);
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.strikes], ["leased", 0]);
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(60_000);
  assert.deepEqual([row.state, row.attempts, receivers.heard.get(row.postback.id)], ["delivered", 1, 1]);
});

interleaving(
  "outcomes begin to fail while leases are renewed: what was heard does not come to wait again",
  async (world) => {
    const { clock, faults, receivers } = world;
    receivers.setMood(steadyReceiver, "by_hand");
    const older = eventAt(world);
    await world.append([older]);
    await clock.turn(15_000);
    const heard = eventAt(world);
    await world.append([heard]);
    await clock.rest();
    const renewal = faults.holdNext("extendLease");
    await clock.turn(30_000);
    await renewal.arrived;
    for (let tries = 0; tries < 30; tries += 1) faults.failNext("settle", "before_commit");
    world.answer(steadyReceiver, { kind: "response", status: 200 });
    await clock.turn(60_000);
    renewal.letGo();
    await clock.turn(5 * 60_000);
    for (const { id } of [older, heard]) {
      const row = postbackOf(world, id);
      assert.deepEqual([row.state, row.attempts, receivers.heard.get(row.postback.id)], ["delivered", 1, 1]);
    }
  },
);

interleaving("a clock that jumps with calls in flight ends no lease, and sends nothing twice", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  for (const [call, by] of [
    ["expireLeases", -3_600_000],
    ["extendLease", 3_600_000],
    ["expireLeases", 7_200_000],
    ["extendLease", -7_200_000],
  ] as const) {
    const held = faults.holdNext(call);
    await clock.turn(40_000);
    await held.arrived;
    clock.jump(by);
    await clock.turn(1_000);
    held.letGo();
    await clock.turn(15_000);
    assert.equal(postbackOf(world, event.id).state, "leased");
  }
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.attempts, row.strikes], ["delivered", 1, 0]);
  assert.equal(receivers.heard.get(row.postback.id), 1);
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

interleaving("an outcome under a lease that was lost is kept, and decides nothing", loseLease);

test("control: a store that settles without fencing is found out by it", async () => {
  const world = await openWorld(seededChance(1), withBug(unfencedSettling));
  await loseLease(world);
  assert.match(world.violations.join(), /settled under a lease of somebody else/);
});

interleaving("an outcome that is long in being written: no more goes than a crash may send again", async (world) => {
  const { clock, faults, receivers } = world;
  // Three at once, so that six are under way or not durable; the lease of none may end meanwhile.
  const undurableMax = 6;
  const outcome = faults.holdNext("settle");
  const events = Array.from({ length: 12 }, () => eventAt(world));
  await world.append(events);
  await clock.turn(120_000);
  await outcome.arrived;
  const sent = world.sender().orders.filter(({ receiverId }) => receiverId === steadyReceiver);
  assert.equal(sent.length, undurableMax);
  outcome.letGo();
  await clock.turn(60_000);
  for (const { id } of events) {
    const row = postbackOf(world, id);
    assert.deepEqual([row.state, row.attempts, receivers.heard.get(row.postback.id)], ["delivered", 1, 1]);
  }
});
