import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import type { ScriptedAnswer } from "#test/support/scripted-sender.ts";

const { openMs, refusalsInRow, attemptsMin } = defaultEngineLimits.breaker;
const status = (code: number): ScriptedAnswer => ({ kind: "response", status: code });
const answering = (under: EngineUnderTest, code: number) => under.sender.script(() => status(code));
/** Opens the breaker of `north` by refusals, one after the other. */
async function refuse(under: EngineUnderTest, code = 401): Promise<void> {
  answering(under, code);
  for (let refusals = 0; refusals < refusalsInRow; refusals += 1) await accept(under, [to("north")]);
}
const north = anAddressedCatalog({ north: {} });

test("one rotated token does not kill thousands: refusals in a row hold the rest, the one that opened it included", async () => {
  const under = await anEngine({ catalog: north });
  answering(under, 401);
  await accept(under, toEach("north", 1_000));
  const dead = await postbacks(under, { state: "dead" });
  assert.equal(dead.length, refusalsInRow - 1);
  assert.equal((await postbacks(under, { state: "pending" })).length, 1_000 - dead.length);
  assert.deepEqual(under.told.breakers, ["receiver open"]);
  assert.deepEqual(
    under.engine.status().breakers.map(({ scope, state, until }) => [scope, state, until - under.clock.now()]),
    [["receiver", "open", openMs]],
  );
});

test("however many wait behind an open breaker, nothing is written and nothing claimed while it is open", async () => {
  const under = await anEngine({
    catalog: north,
    limits: { intake: { queuedEventsMax: 200_000 }, breaker: { openMs: 100_000 } },
  });
  await refuse(under);
  await under.engine.journal.append(toEach("north", 5_000));
  await under.clock.rest();
  const before = new Map(under.faults.calls);
  await under.clock.turn(60_000);
  for (const call of ["claim", "settle", "release", "extendLease", "record"] as const) {
    assert.equal(under.faults.calls.get(call) ?? 0, before.get(call) ?? 0, call);
  }
});

test("while a breaker is open only probes are sent, one at a time, and none of them kills or spends", async () => {
  const under = await anEngine({ catalog: north });
  await refuse(under);
  await accept(under, toEach("north", 10));
  const sent = under.sender.orders.length;
  const dead = (await postbacks(under, { state: "dead" })).length;
  for (const code of [401, 500, 410]) {
    answering(under, code);
    await under.clock.turn(10 * openMs);
  }
  assert.ok(under.sender.orders.length > sent);
  assert.ok(under.sender.orders.length - sent <= 10);
  assert.equal((await postbacks(under, { state: "dead" })).length, dead);
  for (const { attemptLog } of (await postbacks(under, { state: "pending" })).slice(1)) {
    assert.ok(attemptLog.every(({ spent }) => !spent));
  }
});

test("a probe that is heard lets the rest go, and all of them are delivered", async () => {
  const under = await anEngine({ catalog: north });
  await refuse(under);
  await accept(under, toEach("north", 200));
  answering(under, 200);
  await under.clock.turn(openMs + 1_000);
  assert.equal((await postbacks(under, { state: "pending" })).length, 0);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 201);
  assert.deepEqual(under.told.breakers, ["receiver open", "receiver half_open", "receiver closed"]);
});

test("after a good probe the receiver is not flooded: what is under way grows step by step", async () => {
  const under = await anEngine({ catalog: north });
  await refuse(under);
  await accept(under, toEach("north", 200));
  under.sender.script(() => ({ kind: "response", status: 200, afterMs: 100 }));
  await under.clock.turn(openMs);
  const underWay: number[] = [];
  for (let step = 0; step < 6; step += 1) {
    underWay.push(under.sender.inHand().length);
    await under.clock.turn(100);
  }
  assert.deepEqual(underWay, [1, 2, 4, 8, 16, 64]);
});

test("one postback that fails for its own reasons does not keep a breaker open for the others", async () => {
  const under = await anEngine({ catalog: north });
  await refuse(under);
  const [poison] = await postbacks(under, { state: "pending" });
  await accept(under, toEach("north", 20));
  under.sender.script(({ headers }) => status(headers[1] === poison?.postback.id ? 500 : 200));
  await under.clock.turn(20 * openMs);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 20);
});

test("a receiver that fails half of the time opens its breaker; its retries wait and are not spent meanwhile", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { limits: { inFlightMax: 1, ratePerSecond: null } } }),
  });
  answering(under, 503);
  await accept(under, toEach("north", 100));
  assert.equal(under.sender.orders.length, attemptsMin);
  assert.ok(under.told.breakers.includes("receiver open"));
});

test("faults of our own neither open a breaker nor spend an attempt, and are tried again ever later", async () => {
  const under = await anEngine({ catalog: north });
  under.sender.script(() => ({ kind: "fault", fault: "name_lookup_failed" }));
  await accept(under, toEach("north", 50));
  await under.clock.turn(60_000);
  assert.deepEqual(under.told.breakers, []);
  const waiting = await postbacks(under, { state: "pending" });
  assert.equal(waiting.length, 50);
  assert.ok(waiting.every(({ attemptLog }) => attemptLog.length >= 1 && attemptLog.every(({ spent }) => !spent)));
  const tries = under.sender.orders.length;
  await under.clock.turn(60_000);
  assert.ok(under.sender.orders.length - tries < tries);
});

test("a host that fails holds every receiver that sends to it, and one probe asks for all of them", async () => {
  const partners = Object.fromEntries(["a", "b", "c", "d"].map((id) => [id, { host: "shared.example" }]));
  const catalog = anAddressedCatalog({ ...partners, north: {} });
  const under = await anEngine({ catalog, limits: { breaker: { attemptsMin: 40 } } });
  const all = ["a", "b", "c", "d"];
  under.sender.script(({ receiverId }) => status(receiverId.endsWith("north") ? 200 : 503));
  await accept(
    under,
    all.flatMap((id) => toEach(id, 15)),
  );
  assert.ok(under.told.breakers.includes("host open"));
  assert.ok(!under.told.breakers.includes("receiver open"));
  const sent = under.sender.orders.length;
  await accept(under, [...all.flatMap((id) => toEach(id, 5)), to("north")]);
  assert.equal(under.sender.orders.length, sent + 1, "another host is not held");
  under.sender.script(() => ({ kind: "by_hand" }));
  await under.clock.turn(openMs);
  assert.equal(under.sender.inHand().length, 1);
  const [probe] = under.sender.inHand();
  assert.ok(probe !== undefined);
  under.sender.script(() => status(200));
  under.sender.answer(probe.ticket, status(200));
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under, { state: "pending" })).length, 0);
});

test("a receiver's refused token says nothing of its host", async () => {
  const catalog = anAddressedCatalog({ north: { host: "shared.example" }, south: { host: "shared.example" } });
  const under = await anEngine({ catalog, limits: { breaker: { attemptsMin: 5 } } });
  under.sender.script(({ receiverId }) => status(receiverId.endsWith("north") ? 403 : 200));
  await accept(under, toEach("north", 50));
  await accept(under, toEach("south", 50));
  assert.deepEqual(under.told.breakers, ["receiver open"]);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 50);
});

test("a 400 is the postback's end and nothing against its receiver", async () => {
  const under = await anEngine({ catalog: north });
  answering(under, 400);
  await accept(under, toEach("north", 100));
  assert.equal((await postbacks(under, { state: "dead" })).length, 100);
  assert.deepEqual(under.told.breakers, []);
});

test("a probe that meets a fault of our own asks again after the same time, and not later", async () => {
  const under = await anEngine({ catalog: north });
  await refuse(under);
  under.sender.script(() => ({ kind: "fault", fault: "name_lookup_failed" }));
  await under.clock.turn(openMs);
  const sent = under.sender.orders.length;
  answering(under, 200);
  await under.clock.turn(2 * openMs);
  assert.ok(under.sender.orders.length > sent);
  assert.deepEqual(under.told.breakers, ["receiver open", "receiver half_open"]);
});

test("a receiver that is new to a host whose breaker is open waits with the others", async () => {
  const catalog = anAddressedCatalog({ old: { host: "shared.example" }, young: { host: "shared.example" } });
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "fault", fault: "connect_refused" }));
  await accept(under, toEach("old", attemptsMin));
  assert.ok(under.told.breakers.includes("host open"));
  const sent = under.sender.orders.length;
  await accept(under, toEach("young", 5));
  assert.equal(under.sender.orders.length, sent);
  answering(under, 200);
  await under.clock.turn(2 * openMs);
  assert.equal((await postbacks(under, { state: "delivered" })).length >= 5, true);
});
