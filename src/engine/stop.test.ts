import assert from "node:assert/strict";
import { test } from "node:test";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const catalog = anAddressedCatalog({ north: { limits: { inFlightMax: 2, ratePerSecond: null } } });

test("stopping lets what is under way finish, gives the rest back, and leaves nothing in hand", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 200, afterMs: 500 }));
  await accept(under, toEach("north", 10));
  const stopped = under.engine.stop(10_000);
  await under.clock.turn(1_000);
  await stopped;
  assert.equal(under.sender.orders.length, 2);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 2);
  const waiting = await postbacks(under, { state: "pending" });
  assert.equal(waiting.length, 8);
  assert.ok(waiting.every(({ attempts }) => attempts === 0));
  assert.equal(under.engine.status().inHand, 0);
  assert.equal(under.clock.waiting(), 0, "no timer is left");
});

test("what does not finish within the grace is given back, and the next process sends it", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "hang" }));
  await accept(under, toEach("north", 3));
  const stopped = under.engine.stop(1_000);
  await under.clock.turn(1_100);
  await stopped;
  assert.equal((await postbacks(under, { state: "pending" })).length, 3);
  const after = await anEngine({ catalog, tables: under.tables, clock: under.clock });
  await after.clock.rest();
  assert.equal((await postbacks(after, { state: "delivered" })).length, 3);
});

test("stopping refuses new events, answers those that are being recorded, and acknowledges nothing else", async () => {
  const under = await anEngine({ catalog, limits: { intake: { batchesInFlightMax: 1 } } });
  const held = under.faults.holdNext("record");
  const recording = under.engine.journal.append([to("north")]);
  await held.arrived;
  const waiting = assert.rejects(under.engine.journal.append([to("north")]), { reason: "shutting_down" });
  const stopped = under.engine.stop(1_000);
  await assert.rejects(under.engine.journal.append([to("north")]), NotAcknowledged);
  assert.equal(under.engine.status().refusing, "shutting_down");
  await waiting;
  held.letGo();
  assert.equal((await recording)[0]?.kind, "accepted");
  await under.clock.turn(1_000);
  await stopped;
  assert.deepEqual(
    (await postbacks(under)).map(({ state }) => state),
    ["pending"],
  );
});

test("a claim that comes back while stopping is given back", async () => {
  const under = await anEngine({ catalog, limits: { delivery: { creditsPerReceiver: 1 } } });
  const held = under.faults.holdNext("claim");
  await accept(under, toEach("north", 3));
  await held.arrived;
  const stopped = under.engine.stop(1_000);
  await under.clock.rest();
  held.letGo();
  await under.clock.turn(1_000);
  await stopped;
  assert.equal(under.engine.status().inHand, 0);
  assert.equal((await postbacks(under, { state: "leased" })).length, 0);
});

test("stopping ends also when the last outcomes cannot be written", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 200, afterMs: 100 }));
  await accept(under, toEach("north", 2));
  under.faults.setDiskFull(true);
  const stopped = under.engine.stop(1_000);
  await under.clock.turn(10_000);
  await stopped;
  under.faults.setDiskFull(false);
  const after = await anEngine({ catalog, tables: under.tables, clock: under.clock });
  await after.clock.rest();
  assert.equal((await postbacks(after, { state: "delivered" })).length, 2);
});
