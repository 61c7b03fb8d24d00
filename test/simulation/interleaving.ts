import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackRow } from "#src/adapters/memory/tables.ts";
import type { Event } from "#src/core/events/event.ts";
import type { EventId, ReceiverId } from "#src/core/ids.ts";
import { anEvent } from "#test/support/an-event.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { unfinished } from "./run-seed.ts";
import { settleDown } from "./steps.ts";
import { openWorld, type World } from "./world.ts";
import { steadyReceiver } from "./world-catalog.ts";

/** The interleavings that the design warns of, each by name; every invariant of the simulation is watched in each. */
export const interleaving = (title: string, play: (world: World) => Promise<void>): void => {
  test(title, async () => {
    const world = await openWorld(seededChance(1));
    await play(world);
    world.look();
    assert.deepEqual(world.violations, []);
    await settleDown(world);
    world.look();
    assert.deepEqual(world.violations, []);
    assert.deepEqual(unfinished(world), []);
  });
};

export const postbackOf = ({ tables }: World, event: EventId, receiver: ReceiverId = steadyReceiver): PostbackRow => {
  const found = (tables.events.get(event)?.postbacks ?? [])
    .flatMap((sequence) => tables.postbacks.get(sequence) ?? [])
    .find(({ postback }) => postback.receiverId === receiver);
  assert.ok(found !== undefined, `event ${event} owes ${receiver} nothing`);
  return found;
};

export const codesOf = ({ tables }: World, event: EventId): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (tables.events.get(event)?.decisions ?? []).map(({ targetKey, code }) => [
      targetKey.replace("integration:", ""),
      code,
    ]),
  );

/** An event of now: worlds begin later than the builder's noon by their first turn. */
export const eventAt = ({ clock }: World, parts: Parameters<typeof anEvent>[0] = {}): Event =>
  anEvent({ time: clock.now(), receivedAt: clock.now(), ...parts });

export const purchaseOf = (world: World, device: string): Event => eventAt(world, { fields: { install_id: device } });
export const installOf = (world: World, device: string, attribution: Readonly<Record<string, string>>): Event =>
  eventAt(world, { type: "install", fields: { install_id: device, media_source: "network_int", ...attribution } });
