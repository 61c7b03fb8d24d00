import assert from "node:assert/strict";
import { test } from "node:test";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";
import { seededChance } from "#test/support/seeded-chance.ts";

const one = { limits: { inFlightMax: 1, ratePerSecond: null } };

test("beyond a receiver's credits its postbacks wait in the store, and none is lost", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    limits: { delivery: { creditsPerReceiver: 5 } },
  });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 20));
  assert.ok(under.engine.status().inHand <= 5);
  assert.equal((await postbacks(under, { state: "leased" })).length, under.engine.status().inHand);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  const [first] = under.sender.inHand();
  assert.ok(first !== undefined);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  assert.equal((await postbacks(under, { state: "delivered" })).length, 20);
  assert.equal(under.engine.status().inHand, 0);
});

test("while a receiver has postbacks in the store its new ones join them there, so that those that waited go first", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    limits: { delivery: { creditsPerReceiver: 3 } },
  });
  under.sender.script(() => ({ kind: "by_hand" }));
  const events = toEach("north", 30);
  const chance = seededChance(7);
  for (const event of events) {
    await accept(under, [event]);
    await under.clock.turn(1);
    for (const { ticket } of under.sender.inHand().slice(0, Math.round(chance.fraction()))) {
      under.sender.answer(ticket, { kind: "response", status: 200 });
    }
  }
  while (under.sender.inHand().length > 0) {
    for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
    await under.clock.rest();
  }
  const sent = under.sender.orders.map(({ headers }) => headers[1]?.slice(0, 36));
  assert.deepEqual(
    sent,
    events.map(({ id }) => id),
  );
});

test("when what waited has gone, new postbacks go from memory again", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    limits: { delivery: { creditsPerReceiver: 3 } },
  });
  await accept(under, toEach("north", 50));
  assert.equal((await postbacks(under, { state: "delivered" })).length, 50);
  const claims = under.faults.calls.get("claim");
  await accept(under, [to("north")]);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 51);
  assert.equal(under.faults.calls.get("claim"), claims);
});

test("a receiver that hangs takes no more than half of the memory there is", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: {}, south: {} }),
    limits: { delivery: { inHandMax: 40, creditsPerReceiver: 40 } },
  });
  under.sender.script(({ receiverId }) =>
    receiverId.endsWith("north") ? { kind: "hang" } : { kind: "response", status: 200 },
  );
  await accept(under, toEach("north", 100));
  assert.equal(under.engine.status().inHand, 20);
  const claims = under.faults.calls.get("claim");
  await accept(under, toEach("south", 10));
  assert.equal((await postbacks(under, { state: "delivered" })).length, 10);
  assert.equal(under.faults.calls.get("claim"), claims, "the other one's go from memory");
});

test("a retry is sent when it is due, and not before", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  under.sender.script(() => ({ kind: "response", status: 500 }));
  await accept(under, [to("north")]);
  const [{ dueAt } = { dueAt: null }] = await postbacks(under);
  assert.ok(dueAt !== null && dueAt >= under.clock.now() + 5_000 && dueAt <= under.clock.now() + 5_500);
  await under.clock.turn(dueAt - under.clock.now() - 1);
  assert.equal(under.sender.orders.length, 1);
  await under.clock.turn(2);
  assert.equal(under.sender.orders.length, 2);
});

test("what waited when the process ended is sent by the next one, and nothing that was delivered is", async () => {
  const before = await anEngine({ catalog: anAddressedCatalog({ north: one }) });
  before.sender.script(() => ({ kind: "by_hand" }));
  await accept(before, toEach("north", 3));
  const [first] = before.sender.inHand();
  assert.ok(first !== undefined);
  before.sender.answer(first.ticket, { kind: "response", status: 200 });
  await before.clock.rest();
  before.sender.vanish();
  const after = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    tables: before.tables,
    clock: before.clock,
  });
  await after.clock.rest();
  assert.equal(after.sender.orders.length, 2);
  assert.ok(after.sender.orders.every(({ headers }) => headers[1] !== first.headers[1]));
  assert.equal((await postbacks(after, { state: "delivered" })).length, 3);
});

test("a claim that failed is made again", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    limits: { delivery: { creditsPerReceiver: 1 } },
  });
  under.faults.failNext("claim", "before_commit");
  await accept(under, toEach("north", 3));
  await under.clock.turn(1_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 3);
});

test("postbacks of a claim whose answer was lost are sent when its leases have ended", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: one }),
    limits: { delivery: { creditsPerReceiver: 1, leaseDurationMs: 60_000 } },
  });
  under.faults.failNext("claim", "after_commit");
  await accept(under, toEach("north", 2));
  assert.equal(under.sender.orders.length, 1);
  await under.clock.turn(120_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 2);
});

test("a receiver with a rate has no more in memory than it sends in half a minute", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { limits: { inFlightMax: 64, ratePerSecond: 2 } } }),
  });
  await accept(under, toEach("north", 200));
  assert.ok(under.engine.status().inHand <= 60);
  await under.clock.turn(110_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 200);
});

test("a receiver that is not spoken of is forgotten, and is known again when it is", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: one }) });
  await accept(under, [to("north")]);
  await under.clock.turn(120_000);
  await accept(under, toEach("north", 3));
  await under.clock.turn(1_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 4);
});
