import assert from "node:assert/strict";
import { test } from "node:test";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { ActVerb } from "#src/core/permissions/act.ts";
import type { PauseScope } from "#src/ports/catalog-store.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";

const catalog = anAddressedCatalog({ north: {}, south: {} });
const receiver = { level: "receiver", id: "integration:com.example.game:north" } as const;
const scopes: readonly PauseScope[] = [
  { level: "everything" },
  { level: "app", id: "com.example.game" },
  { level: "partner", id: "north" },
  receiver,
];

for (const scope of scopes) {
  test(`a pause of ${scope.level} holds: nothing is sent, nothing claimed, and all of it goes after resuming`, async () => {
    const under = await anEngine({ catalog });
    await under.engine.pause(scope, "key-1");
    await accept(under, toEach("north", 30));
    const claims = under.faults.calls.get("claim");
    await under.clock.turn(60_000);
    assert.equal(under.sender.orders.length, 0);
    assert.equal(under.faults.calls.get("claim"), claims);
    assert.deepEqual(
      under.engine.pauses().map((pause) => [pause.scope, pause.by]),
      [[scope, "key-1"]],
    );
    await under.engine.resume(scope, null);
    await under.clock.rest();
    const delivered = await postbacks(under, { state: "delivered" });
    assert.equal(delivered.length, 30);
    assert.ok(delivered.every(({ attempts }) => attempts === 1));
    assert.deepEqual(under.engine.pauses(), []);
  });
}

test("a pause and its end are told with the deed, and a repeat that changes nothing is not", async () => {
  const under = await anEngine({ catalog });
  const actor = { id: "key-1", name: "ops", account: mainAccountId };
  const act = (verb: ActVerb) =>
    ({
      kind: "pause",
      subject: "everything",
      verb,
      at: 1,
      actor,
      account: mainAccountId,
      appId: null,
      before: null,
      after: null,
    }) as const;
  for (const verb of ["paused", "paused", "resumed", "resumed"] as const)
    await (verb === "paused"
      ? under.engine.pause({ level: "everything" }, "ops", [act(verb)])
      : under.engine.resume({ level: "everything" }, null, [act(verb)]));
  const { items } = await under.storage.audit.find({}, { limit: 10, cursor: null });
  assert.deepEqual(items.map(({ verb }) => verb).toReversed(), ["paused", "resumed"]);
});

test("what waits in memory is given back when its receiver is paused, and costs no attempt", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { limits: { inFlightMax: 1, ratePerSecond: null } } }),
  });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 5));
  await under.engine.pause(receiver, "local");
  await under.clock.rest();
  assert.equal(under.engine.status().inHand, 1, "only what is under way");
  assert.equal((await postbacks(under, { state: "pending" })).length, 4);
  for (const { ticket } of under.sender.inHand()) under.sender.answer(ticket, { kind: "response", status: 200 });
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 1);
});

test("a pause of one receiver holds no other", async () => {
  const under = await anEngine({ catalog });
  await under.engine.pause({ level: "partner", id: "north" }, "local");
  await accept(under, [to("north"), to("south")]);
  assert.deepEqual(
    under.sender.orders.map(({ receiverId }) => receiverId),
    ["integration:com.example.game:south"],
  );
});

test("a receiver paused at two levels goes only when both have let go", async () => {
  const under = await anEngine({ catalog });
  await under.engine.pause({ level: "everything" }, "local");
  await under.engine.pause(receiver, "local");
  await accept(under, [to("north")]);
  await under.engine.resume({ level: "everything" }, null);
  await under.clock.turn(10_000);
  assert.equal(under.sender.orders.length, 0);
  await under.engine.resume(receiver, null);
  await under.clock.rest();
  assert.equal(under.sender.orders.length, 1);
});

test("a pause outlives the process", async () => {
  const before = await anEngine({ catalog });
  await before.engine.pause(receiver, "local");
  await accept(before, [to("north")]);
  await before.engine.stop(0);
  const after = await anEngine({ catalog, tables: before.tables, clock: before.clock });
  await after.clock.turn(10_000);
  assert.equal(after.sender.orders.length, 0);
  assert.equal(after.engine.pauses().length, 1);
  await after.engine.resume(receiver, null);
  await after.clock.rest();
  assert.equal(after.sender.orders.length, 1);
});

test("resumed at a rate, what waited goes at that rate, and what comes later at full speed again", async () => {
  const under = await anEngine({ catalog });
  await under.engine.pause({ level: "everything" }, "local");
  await accept(under, toEach("north", 50));
  await under.engine.resume({ level: "everything" }, 10);
  for (let seconds = 1; seconds <= 4; seconds += 1) {
    await under.clock.turn(1_000);
    assert.equal(under.sender.orders.length, 1 + 10 * seconds);
  }
  await under.clock.turn(2_000);
  assert.equal(under.sender.orders.length, 50);
  await accept(under, toEach("north", 50));
  assert.equal(under.sender.orders.length, 100);
});

test("what comes after what waited is gone goes at full speed, although it was cancelled and not sent", async () => {
  const under = await anEngine({ catalog });
  await under.engine.pause({ level: "everything" }, "local");
  await accept(under, toEach("north", 50));
  await under.engine.resume({ level: "everything" }, 1);
  await under.clock.turn(1_500);
  const sent = under.sender.orders.length;
  await under.engine.cancel({ filter: {}, dryRun: false, reason: "by_request" });
  await under.clock.turn(1_000);
  await accept(under, toEach("north", 40));
  await under.clock.turn(1_000);
  assert.equal(under.sender.orders.length, sent + 40);
});

test("a pause that cannot be saved is not in force", async () => {
  const under = await anEngine({
    catalog,
    wrap: (storage) => ({
      ...storage,
      catalog: { ...storage.catalog, setPause: () => Promise.reject(new Error("no room")) },
    }),
  });
  await assert.rejects(under.engine.pause({ level: "everything" }, "local"), /no room/);
  assert.deepEqual(under.engine.pauses(), []);
  await accept(under, [to("north")]);
  assert.equal(under.sender.orders.length, 1);
});
