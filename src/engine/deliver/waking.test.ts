import assert from "node:assert/strict";
import { test } from "node:test";
import { aPartner } from "#test/support/a-catalog.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const retryingAfter = (delaysMs: readonly number[]) => ({ retryPolicy: { ...aPartner().retryPolicy, delaysMs } });

test("a retry that waits for the retries of others goes when one of them is over", async () => {
  const names = ["north", "south", "east"];
  const catalog = anAddressedCatalog(Object.fromEntries(names.map((name) => [name, retryingAfter([1_000])])));
  const under = await anEngine({ catalog, limits: { delivery: { inFlightMax: 4 } } });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  for (const name of names) await accept(under, [to(name)]);
  under.sender.script(() => ({ kind: "by_hand" }));
  await under.clock.turn(10_000);
  assert.equal(under.sender.inHand().length, 2);
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.rest();
  assert.equal(under.sender.inHand().length, 1);
});

test("struck postbacks that stood back for outcomes that were not durable go when these are", async () => {
  const limits = { inFlightMax: 1, ratePerSecond: null };
  const under = await anEngine({ catalog: anAddressedCatalog({ north: { limits } }) });
  await under.engine.pause({ level: "everything" }, "test");
  await accept(under, toEach("north", 4));
  for (const row of under.tables.postbacks.values()) row.strikes = 2;
  const held = under.faults.holdNext("settle");
  await under.engine.resume({ level: "everything" }, null);
  await under.clock.rest();
  held.letGo();
  await under.clock.turn(10_000);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 4);
});

test("a line that fetches no probe does not hold the others of its host", async () => {
  const given = { host: "shared.example", ...retryingAfter([]) };
  const catalog = anAddressedCatalog({ a: given, b: given, c: given, d: given, x: {} });
  const limits = { breaker: { attemptsMin: 40 }, delivery: { claimsInFlightMax: 2 } };
  const under = await anEngine({ catalog, limits });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(
    under,
    ["a", "b", "c", "d"].flatMap((id) => toEach(id, 15)),
  );
  assert.ok(under.told.breakers.includes("host open"));
  assert.ok(!under.told.breakers.includes("receiver open"));
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await accept(under, [to("a"), to("b")]);
  const ofA = (await postbacks(under, { state: "pending" })).find(({ postback }) => postback.receiverId.endsWith(":a"));
  assert.ok(ofA !== undefined);
  const filter = { receiverId: ofA.postback.receiverId };
  await under.engine.cancel({ filter, dryRun: false, reason: "by_request" });
  await under.engine.pause({ level: "partner", id: "x" }, "test");
  await accept(under, [to("x")]);
  // Both calls that there may be are under way: one is a's and will bring nothing, the other x's.
  const ofLineA = under.faults.holdNextAnswer("claim");
  await under.clock.turn(10_000);
  const ofLineX = under.faults.holdNextAnswer("claim");
  await under.engine.resume({ level: "partner", id: "x" }, null);
  await under.clock.turn(10_000);
  ofLineA.letGo();
  await under.clock.rest();
  ofLineX.letGo();
  await under.clock.turn(600_000);
  assert.deepEqual(await postbacks(under, { state: "pending" }), []);
});

test("a host that nobody is sent to any more is not told of as failing", async () => {
  const given = retryingAfter([]);
  const catalog = anAddressedCatalog({ a: given });
  const under = await anEngine({ catalog, limits: { breaker: { attemptsMin: 4 } } });
  under.sender.script(({ request }) =>
    request.url.includes("//a.example")
      ? { kind: "fault", fault: "connect_refused" }
      : { kind: "response", status: 200 },
  );
  await accept(under, toEach("a", 10));
  assert.ok(under.told.breakers.includes("host open"));
  const moved = anAddressedCatalog({ a: { ...given, host: "other.example" } });
  await under.engine.catalog.change({ catalog: moved, by: "ada", expected: null, dryRun: false });
  for (let hours = 0; hours < 3; hours += 1) {
    await under.clock.turn(3_600_000);
    await accept(under, toEach("a", 50));
  }
  assert.deepEqual(under.engine.status().breakers, []);
});
