import assert from "node:assert/strict";
import { test } from "node:test";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const north = anAddressedCatalog({ north: { limits: { inFlightMax: 5, ratePerSecond: null } } });

test("while an outcome cannot be written nothing more is handed to senders, and no postback is sent twice", async () => {
  const under = await anEngine({ catalog: north });
  under.sender.script(() => ({ kind: "response", status: 200, afterMs: 10 }));
  await accept(under, toEach("north", 20));
  under.faults.setDiskFull(true);
  await under.clock.turn(30_000);
  const sent = under.sender.orders.length;
  assert.ok(sent < 20);
  await under.clock.turn(600_000);
  assert.equal(under.sender.orders.length, sent);
  under.faults.setDiskFull(false);
  await under.clock.turn(30_000);
  assert.equal(under.sender.orders.length, 20);
  assert.equal(new Set(under.sender.orders.map(({ headers }) => headers[1])).size, 20);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 20);
  assert.equal(under.engine.status().inHand, 0);
});

test("a known outcome outlives the end of its lease while the store fails", async () => {
  const under = await anEngine({ catalog: north, limits: { delivery: { leaseDurationMs: 60_000 } } });
  under.faults.setDiskFull(true);
  under.faults.setDiskFull(false);
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, [to("north")]);
  under.faults.setDiskFull(true);
  const [order] = under.sender.inHand();
  assert.ok(order !== undefined);
  under.sender.answer(order.ticket, { kind: "response", status: 200 });
  await under.clock.turn(300_000);
  under.faults.setDiskFull(false);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 1);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 1);
});

test("outcomes that come while a call to the store is under way go together in the next", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 20));
  const held = under.faults.holdNext("settle");
  const [first, ...rest] = under.sender.inHand();
  assert.ok(first !== undefined);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  await held.arrived;
  for (const { ticket } of rest) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  held.letGo();
  await under.clock.rest();
  assert.equal(under.faults.calls.get("settle"), 2);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 20);
});

test("a receiver that answers faster than commits are made gets no more than twice what it takes at once", async () => {
  const under = await anEngine({ catalog: north });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 40));
  const held = under.faults.holdNext("settle");
  for (let round = 0; round < 5; round += 1) {
    for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
    await under.clock.rest();
  }
  assert.equal(under.sender.orders.length, 10);
  held.letGo();
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await under.clock.turn(1_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 40);
});

test("with many outcomes not durable yet nothing more is handed over, until they are", async () => {
  const under = await anEngine({ catalog: north, limits: { delivery: { unsettledMax: 8 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 20));
  const held = under.faults.holdNext("settle");
  const answerAll = async (): Promise<void> => {
    for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
    await under.clock.rest();
  };
  await answerAll();
  await answerAll();
  await answerAll();
  assert.equal(under.sender.orders.length, 10);
  held.letGo();
  await under.clock.rest();
  assert.ok(under.sender.orders.length > 10);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await answerAll();
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 20);
});

test("an outcome whose answer was lost is written again, and its postback is not sent again", async () => {
  const under = await anEngine({ catalog: north });
  under.faults.failNext("settle", "after_commit");
  await accept(under, [to("north")]);
  await under.clock.turn(600_000);
  assert.equal(under.sender.orders.length, 1);
  const [postback] = await postbacks(under);
  assert.equal(postback?.state, "delivered");
  assert.equal(under.engine.status().inHand, 0);
});
