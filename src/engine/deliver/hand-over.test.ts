import assert from "node:assert/strict";
import { test } from "node:test";
import { aPartner } from "#test/support/a-catalog.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";
import type { ScriptedSender } from "#test/support/scripted-sender.ts";

const limitedTo = (inFlightMax: number, ratePerSecond: number | null = null) => ({
  limits: { inFlightMax, ratePerSecond },
});
const partnersOf = ({ inHand }: ScriptedSender): readonly string[] =>
  inHand().map(({ receiverId }) => receiverId.split(":").at(-1) ?? "");
const retryingAfter = (delaysMs: readonly number[]) => ({ retryPolicy: { ...aPartner().retryPolicy, delaysMs } });

test("a receiver has no more attempts under way than its maximum, and the next goes when one is over", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: limitedTo(3) }) });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 10));
  assert.equal(under.sender.inHand().length, 3);
  const [first] = under.sender.inHand();
  assert.ok(first !== undefined);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  assert.equal(under.sender.orders.length, 4);
  assert.equal(under.sender.inHand().length, 3);
});

test("all receivers together have no more attempts under way than the engine's maximum", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `partner${index}`);
  const catalog = anAddressedCatalog(Object.fromEntries(names.map((name) => [name, {}])));
  const under = await anEngine({ catalog, limits: { delivery: { inFlightMax: 10 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  for (const name of names) await accept(under, toEach(name, 20));
  assert.equal(under.sender.inHand().length, 10);
});

test("with all attempts taken, what comes for those very receivers goes when one is over", async () => {
  const catalog = anAddressedCatalog({ north: {}, south: {} });
  const under = await anEngine({ catalog, limits: { delivery: { inFlightMax: 2 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  for (const name of ["north", "south"]) await accept(under, toEach(name, 1));
  assert.deepEqual(partnersOf(under.sender).toSorted(), ["north", "south"]);
  // Both lines stand in the ring while each has an attempt under way.
  for (const name of ["north", "south"]) await accept(under, toEach(name, 5));
  for (let answered = 0; answered < 12; answered += 1) {
    const [next] = under.sender.inHand();
    assert.ok(next !== undefined, `after ${answered} answers nothing is under way, and postbacks wait`);
    under.sender.answer(next.ticket, { kind: "response", status: 200 });
    await under.clock.rest();
  }
  assert.equal((await postbacks(under, { state: "delivered" })).length, 12);
});

test("a receiver that hangs leaves half of all attempts free for the others", async () => {
  const catalog = anAddressedCatalog({ north: limitedTo(1_000), south: limitedTo(1_000) });
  const under = await anEngine({ catalog, limits: { delivery: { inFlightMax: 40 } } });
  under.sender.script(({ receiverId }) =>
    receiverId.endsWith("north") ? { kind: "hang" } : { kind: "response", status: 200 },
  );
  await accept(under, toEach("north", 100));
  assert.equal(partnersOf(under.sender).length, 20);
  await accept(under, toEach("south", 100));
  assert.equal((await postbacks(under, { state: "delivered" })).length, 100);
});

test("receivers take turns: a backlog of one does not stand before another's first", async () => {
  const catalog = anAddressedCatalog({ north: {}, south: {} });
  const under = await anEngine({ catalog, limits: { delivery: { inFlightMax: 32, turnOrdersMax: 4 } } });
  await under.engine.journal.append([...toEach("north", 200), to("south")]);
  await under.clock.rest();
  const place = under.sender.orders.findIndex(({ receiverId }) => receiverId.endsWith("south"));
  assert.ok(place >= 0 && place <= 8, `the other one's first stands at place ${place}`);
});

test("a receiver's rate is kept, and all of it is used", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: limitedTo(64, 10) }) });
  await accept(under, toEach("north", 100));
  for (let seconds = 1; seconds <= 5; seconds += 1) {
    await under.clock.turn(1_000);
    assert.equal(under.sender.orders.length, 1 + 10 * seconds);
  }
});

test("where both lanes wait, first attempts go before old retries, and retries have their share", async () => {
  const catalog = anAddressedCatalog({ north: { ...limitedTo(10), ...retryingAfter([1_000, 1_000]) } });
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 500 }));
  await accept(under, toEach("north", 10));
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 10));
  await accept(under, toEach("north", 50));
  await under.clock.turn(2_000);
  assert.equal(under.sender.inHand().length, 10);
  const before = under.sender.orders.length;
  for (let answered = 0; answered < 20; answered += 1) {
    const [next] = under.sender.inHand();
    assert.ok(next !== undefined);
    under.sender.answer(next.ticket, { kind: "response", status: 200 });
    await under.clock.rest();
  }
  const retries = under.sender.orders.slice(before).filter(({ headers }) => headers[3] === "2");
  assert.equal(under.sender.orders.length - before, 20);
  assert.equal(retries.length, 4);
});

test("retries that hang leave slots free for first attempts", async () => {
  const catalog = anAddressedCatalog({ north: { ...limitedTo(10), ...retryingAfter([1_000, 1_000]) } });
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 500 }));
  await accept(under, toEach("north", 15));
  under.sender.script(() => ({ kind: "by_hand" }));
  await under.clock.turn(2_000);
  assert.equal(under.sender.inHand().length, 5);
  await accept(under, toEach("north", 10));
  const attempts = under.sender.inHand().map(({ headers }) => headers[3]);
  assert.deepEqual(attempts.toSorted(), ["1", "1", "1", "1", "1", "2", "2", "2", "2", "2"]);
});

test("a postback that has expired is not sent, and ends as dead without an attempt", async () => {
  const catalog = anAddressedCatalog({ north: { ...limitedTo(1), expiresAfterMs: 10_000 } });
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 2));
  await under.clock.turn(9_000);
  const [first] = under.sender.inHand();
  assert.ok(first !== undefined);
  await under.clock.turn(1_000);
  under.sender.answer(first.ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  assert.equal(under.sender.orders.length, 1);
  const [, second] = await postbacks(under);
  assert.deepEqual([second?.state, second?.reason, second?.attempts], ["dead", "expired", 0]);
});

test("the same postback has one id at every attempt, and its attempts are numbered from 1", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: retryingAfter([1_000, 1_000]) }) });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, [to("north")]);
  await under.clock.turn(2_000);
  await under.clock.turn(2_000);
  const [postback] = await postbacks(under);
  assert.deepEqual(
    under.sender.orders.map(({ headers }) => headers),
    [1, 2, 3].map((number) => ["carom-postback-id", postback?.postback.id ?? "", "carom-attempt", String(number)]),
  );
  assert.deepEqual([postback?.state, postback?.reason], ["dead", "exhausted"]);
  assert.deepEqual(
    postback?.attemptLog.map(({ number, spent }) => [number, spent]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
  );
});

test("a partner that wants no ids of ours gets none", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: { idHeaders: null } }) });
  await accept(under, [to("north")]);
  assert.deepEqual(under.sender.orders[0]?.headers, []);
});
