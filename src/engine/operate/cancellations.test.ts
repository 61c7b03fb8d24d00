import assert from "node:assert/strict";
import { test } from "node:test";
import { partnerId } from "#src/core/ids.ts";
import { anAddressedCatalog, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const one = { limits: { inFlightMax: 1, ratePerSecond: null } };
const catalog = anAddressedCatalog({ north: one, south: one });
const request = { filter: { partnerId: partnerId("north") }, dryRun: false, reason: "by_request" } as const;

test("what waits is cancelled by a filter, in memory and in the store, and nothing of it is sent", async () => {
  const under = await anEngine({ catalog, limits: { delivery: { creditsPerReceiver: 5 } } });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, [...toEach("north", 20), ...toEach("south", 2)]);
  assert.equal(await under.engine.cancel({ ...request, dryRun: true }), 20);
  assert.equal((await postbacks(under, { state: "cancelled" })).length, 0);
  assert.equal(await under.engine.cancel(request), 20);
  const sent = under.sender.orders.length;
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 500 });
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await under.clock.turn(60_000);
  const afterwards = under.sender.orders.slice(sent);
  assert.ok(afterwards.every(({ receiverId }) => receiverId.endsWith("south")));
  const cancelled = await postbacks(under, { state: "cancelled" });
  assert.equal(cancelled.length, 20);
  assert.ok(cancelled.every(({ reason }) => reason === "by_request"));
  assert.equal((await postbacks(under, { state: "delivered" })).length, 2);
  assert.equal(under.engine.status().inHand, 0);
});

test("what has ended is not cancelled", async () => {
  const under = await anEngine({ catalog });
  await accept(under, toEach("north", 3));
  assert.equal(await under.engine.cancel(request), 0);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 3);
});
