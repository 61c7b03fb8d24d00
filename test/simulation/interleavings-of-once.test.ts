import assert from "node:assert/strict";
import { codesOf, eventAt, interleaving, postbackOf, purchaseOf } from "./interleaving.ts";
import type { World } from "./world.ts";
import { onceReceiver } from "./world-catalog.ts";

const welcomeOf = (world: World, event: { readonly id: Parameters<typeof codesOf>[1] }): string | undefined =>
  codesOf(world, event.id)["rule:welcome"];

interleaving(
  "two batches in flight match one rule that fires once: the second waits and is shown before",
  async (world) => {
    const { clock, faults } = world;
    const [first, second] = [purchaseOf(world, "device-1"), purchaseOf(world, "device-1")];
    const commit = faults.holdNext("record");
    void world.append([first]);
    await commit.arrived;
    void world.append([second]);
    await clock.turn(1_000);
    assert.equal(welcomeOf(world, second), undefined);
    commit.letGo();
    await clock.turn(1_000);
    assert.deepEqual([welcomeOf(world, first), welcomeOf(world, second)], ["match", "shown_before"]);
    assert.equal(postbackOf(world, first.id, onceReceiver).state, "delivered");
  },
);

interleaving("a batch that fails has shown nothing to those that waited for it", async (world) => {
  const { clock, faults } = world;
  const [first, second] = [purchaseOf(world, "device-1"), purchaseOf(world, "device-1")];
  const commit = faults.holdNext("record");
  faults.failNext("record", "before_commit");
  const answer = world.append([first]);
  await commit.arrived;
  void world.append([second]);
  await clock.turn(1_000);
  commit.letGo();
  await clock.turn(1_000);
  assert.equal(await answer, null);
  assert.equal(welcomeOf(world, second), "match");
});

interleaving("a commit whose answer was lost has shown it: another event is not the first", async (world) => {
  const { clock, faults } = world;
  const first = purchaseOf(world, "device-1");
  faults.failNext("record", "after_commit");
  assert.equal(await world.append([first]), null);
  const second = purchaseOf(world, "device-1");
  await world.append([second]);
  assert.equal(welcomeOf(world, second), "shown_before");
  await clock.turn(120_000);
  assert.equal(postbackOf(world, first.id, onceReceiver).state, "delivered");
});

interleaving("once is once over a crash", async (world) => {
  const { clock } = world;
  const first = purchaseOf(world, "device-1");
  await world.append([first]);
  await world.crash();
  const second = eventAt(world, { fields: { install_id: "device-1" } });
  await world.append([second]);
  await clock.turn(120_000);
  assert.deepEqual([welcomeOf(world, first), welcomeOf(world, second)], ["match", "shown_before"]);
});
