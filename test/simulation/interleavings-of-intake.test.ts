import assert from "node:assert/strict";
import { hourMs } from "#test/support/an-event.ts";
import { codesOf, eventAt, installOf, interleaving, postbackOf, purchaseOf } from "./interleaving.ts";
import { agencyReceiver, narrowReceiver, networkReceiver, onceReceiver, steadyReceiver } from "./world-catalog.ts";

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
  assert.deepEqual(receivers.toSorted(), [agencyReceiver, narrowReceiver, onceReceiver, steadyReceiver].toSorted());
  assert.equal(early.attempts, 1);
});

interleaving("an install that comes when its grace is over changes nothing", async (world) => {
  const { clock, tables } = world;
  const event = purchaseOf(world, "device-1");
  await world.append([event]);
  await clock.turn(1_000);
  const told = () => {
    const row = tables.events.get(event.id);
    return structuredClone({ event: row?.event, decisions: row?.decisions, postbacks: row?.postbacks });
  };
  const before = told();
  assert.equal(codesOf(world, event.id)["network_int/m-purchase"], "not_attributed");
  // The row says that it waits until the next sweep, and is not found all the same.
  clock.jump(25 * hourMs);
  await world.append([installOf(world, "device-1", {})]);
  assert.notEqual(tables.events.get(event.id)?.waits, null);
  assert.deepEqual(told(), before);
  await clock.turn(60_000);
  assert.equal(tables.events.get(event.id)?.waits, null);
  await world.append([installOf(world, "device-1", { af_prt: "agencyprt" })]);
  await clock.turn(60_000);
  assert.deepEqual(told(), before);
});

interleaving("an install beside events of its batch that are duplicates: what waited is served once", async (world) => {
  const { clock, tables } = world;
  const purchase = (clientEventId: string) => eventAt(world, { clientEventId, fields: { install_id: "device-1" } });
  const first = purchase("c-1");
  await world.append([first]);
  await clock.turn(1_000);
  const [again, install, other, otherAgain] = [
    purchase("c-1"),
    installOf(world, "device-1", {}),
    purchase("c-2"),
    purchase("c-2"),
  ];
  const answer = await world.append([again, install, other, otherAgain]);
  assert.deepEqual(
    answer?.map(({ kind, id }) => [kind, id]),
    [
      ["duplicate", first.id],
      ["accepted", install.id],
      ["accepted", other.id],
      ["duplicate", other.id],
    ],
  );
  await clock.turn(5_000);
  for (const { id } of [again, otherAgain]) assert.equal(tables.events.has(id), false);
  for (const { id } of [first, other]) {
    assert.equal(tables.events.get(id)?.waits, null);
    const row = postbackOf(world, id, networkReceiver);
    assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
  }
});

interleaving("an install whose answer was lost, sent again: its device's event is served once", async (world) => {
  const { clock, faults, receivers, tables } = world;
  const event = purchaseOf(world, "device-1");
  await world.append([event]);
  await clock.turn(1_000);
  const [install, again] = [installOf(world, "device-1", {}), installOf(world, "device-1", {})].map((sent) => ({
    ...sent,
    clientEventId: "install-1",
  }));
  assert.ok(install !== undefined && again !== undefined);
  faults.failNext("record", "after_commit");
  assert.equal(await world.append([install]), null);
  assert.deepEqual(await world.append([again]), [{ kind: "duplicate", id: install.id }]);
  await clock.turn(120_000);
  const row = postbackOf(world, event.id, networkReceiver);
  assert.deepEqual([row.state, row.attempts, receivers.heard.get(row.postback.id)], ["delivered", 1, 1]);
  const served = (tables.events.get(event.id)?.postbacks ?? []).map(
    (sequence) => tables.postbacks.get(sequence)?.postback.receiverId,
  );
  assert.equal(new Set(served).size, served.length);
});
