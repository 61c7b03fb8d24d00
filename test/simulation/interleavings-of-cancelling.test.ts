import assert from "node:assert/strict";
import { eventAt, interleaving, postbackOf } from "./interleaving.ts";
import { narrow, narrowReceiver, steady, steadyReceiver, worldCatalog } from "./world-catalog.ts";

interleaving("cancelled in flight and not heard: the attempt is kept, and it ends as cancelled", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  const filter = { partnerId: steady };
  world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  assert.equal(row.state, "leased");
  world.answer(steadyReceiver, { kind: "response", status: 500 });
  await clock.turn(1_000);
  assert.deepEqual([row.state, row.reason, row.attempts], ["cancelled", "by_request", 1]);
});

interleaving("cancelled in flight and heard all the same: it ends as delivered", async (world) => {
  const { clock, receivers } = world;
  receivers.setMood(steadyReceiver, "by_hand");
  const event = eventAt(world);
  await world.append([event]);
  await clock.rest();
  const filter = { partnerId: steady };
  world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
  await clock.turn(1_000);
  world.answer(steadyReceiver, { kind: "response", status: 200 });
  await clock.turn(1_000);
  const row = postbackOf(world, event.id);
  assert.deepEqual([row.state, row.attempts], ["delivered", 1]);
});

interleaving(
  "an integration that is made again wakes nothing that was cancelled with the one before",
  async (world) => {
    const { clock, receivers, tables } = world;
    receivers.setMood(narrowReceiver, "hanging");
    const events = Array.from({ length: 8 }, () => eventAt(world));
    await world.append(events);
    await clock.turn(1_000);
    world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
    world.changeCatalog(worldCatalog());
    await clock.turn(1_000);
    receivers.allWell();
    await clock.turn(10 * 60_000);
    const states = events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
    assert.deepEqual(new Set(states), new Set(["cancelled"]));
    const next = eventAt(world);
    await world.append([next]);
    await clock.turn(5_000);
    assert.equal(postbackOf(world, next.id, narrowReceiver).state, "delivered");
    assert.equal(tables.cancelMarks.size, 0);
  },
);

interleaving("an integration whose cancelling failed, made again, wakes nothing of the one before", async (world) => {
  const { clock, faults, receivers } = world;
  receivers.setMood(narrowReceiver, "hanging");
  const events = Array.from({ length: 8 }, () => eventAt(world));
  await world.append(events);
  await clock.turn(1_000);
  faults.failNext("cancel", "before_commit");
  world.changeCatalog(worldCatalog({ without: [narrow], off: [] }));
  await clock.turn(60_000);
  receivers.allWell();
  world.changeCatalog(worldCatalog());
  await clock.turn(5 * 60_000);
  const states = events.map(({ id }) => postbackOf(world, id, narrowReceiver).state);
  assert.ok(!states.includes("delivered"), states.join());
});
