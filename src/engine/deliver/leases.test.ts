import assert from "node:assert/strict";
import { test } from "node:test";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const one = anAddressedCatalog({ north: { limits: { inFlightMax: 1, ratePerSecond: null } } });

test("a postback that waits in memory keeps its lease however long it waits, and is sent once", async () => {
  const under = await anEngine({ catalog: one, limits: { delivery: { leaseDurationMs: 60_000 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 3));
  await under.clock.turn(600_000);
  assert.equal(under.sender.orders.length, 1);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.turn(1_000);
  assert.equal(under.sender.orders.length, 3);
  const sent = await postbacks(under, { state: "delivered" });
  assert.deepEqual(
    sent.map(({ attempts }) => attempts),
    [1, 1, 1],
  );
});

test("a lease that would not outlast its deadline is renewed before the postback goes", async () => {
  const under = await anEngine({
    catalog: one,
    limits: { delivery: { leaseDurationMs: 60_000 }, upkeep: { leaseTickMs: 1_000_000 } },
  });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 2));
  await under.clock.turn(26_000);
  const renewals = under.faults.calls.get("extendLease") ?? 0;
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  assert.equal(under.faults.calls.get("extendLease") ?? 0, renewals + 1);
  assert.equal(under.sender.orders.length, 2);
});

test("a postback whose lease was lost is not sent by who lost it", async () => {
  const under = await anEngine({
    catalog: one,
    limits: { delivery: { leaseDurationMs: 60_000 }, upkeep: { leaseTickMs: 1_000_000 } },
  });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 2));
  await under.clock.turn(61_000);
  // Somebody else takes the lease over, as another process would.
  await under.storage.store.expireLeases({ endedBefore: under.clock.now(), dueAt: under.clock.now() });
  const [, second] = await postbacks(under);
  assert.ok(second !== undefined);
  const now = under.clock.now();
  const taken = await under.storage.store.claim({
    receiverId: second.postback.receiverId,
    lane: "first",
    count: 2,
    now,
    leaseUntil: now + 600_000,
    leaseToken: "other",
  });
  assert.equal(taken.length, 2);
  const [first] = under.sender.inHand();
  assert.ok(first !== undefined);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  await under.clock.turn(1_000);
  assert.equal(under.sender.orders.length, 1);
  assert.equal(under.engine.status().inHand, 0);
  const states = (await postbacks(under)).map(({ state }) => state);
  assert.deepEqual(states, ["leased", "leased"]);
});

test("a clock that jumps an hour forward takes no lease away from what is in hand", async () => {
  const under = await anEngine({ catalog: one });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 3));
  under.clock.jump(3_600_000);
  await under.clock.turn(60_000);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 3);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 3);
});

test("a clock that jumps an hour back keeps nothing from being sent", async () => {
  const under = await anEngine({ catalog: one });
  under.clock.jump(-3_600_000);
  await accept(under, [to("north")]);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 1);
});

test("a sender that crashes costs no attempt, but three crashes with a postback in its hands end it", async () => {
  const under = await anEngine({ catalog: one });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, [to("north")]);
  for (let crashes = 0; crashes < 3; crashes += 1) {
    assert.equal(under.sender.inHand().length, 1);
    under.sender.crash();
    await under.clock.turn(20_000);
  }
  const [postback] = await postbacks(under);
  assert.deepEqual([postback?.state, postback?.reason], ["dead", "sender_crashed"]);
  assert.ok(postback?.attemptLog.every(({ spent }) => !spent));
  assert.equal(under.sender.orders.length, 3);
});

test("one poisonous answer does not end those that were in the same hands", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 20));
  const poison = under.sender.inHand()[7]?.headers[1];
  under.sender.crash();
  for (let steps = 0; steps < 100; steps += 1) {
    await under.clock.turn(5_000);
    const inHand = under.sender.inHand();
    if (inHand.some(({ headers }) => headers[1] === poison)) under.sender.crash();
    else for (const { ticket } of inHand) under.sender.answer(ticket, { kind: "response", status: 200 });
  }
  const dead = await postbacks(under, { state: "dead" });
  assert.deepEqual(
    dead.map(({ postback }) => postback.id),
    [poison],
  );
  assert.equal((await postbacks(under, { state: "delivered" })).length, 19);
});
