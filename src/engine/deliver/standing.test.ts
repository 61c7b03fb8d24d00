import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import { aPostback } from "#test/support/a-recorded-event.ts";
import { anAddressedCatalog } from "#test/support/an-addressed-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { scriptedSender } from "#test/support/scripted-sender.ts";
import { Delivery } from "./delivery.ts";
import { lineOf, openDeliveryState } from "./delivery-state.ts";

test("what could go and was woken by nobody goes at the next look at leases, and is told as a fault", async () => {
  const { clock, storage, engine } = await anEngine({ catalog: anAddressedCatalog({ north: {} }) });
  const compiled = engine.catalog.current();
  const [receiver] = compiled.receivers.keys();
  assert.ok(receiver !== undefined);
  const faults: string[] = [];
  const state = openDeliveryState({
    store: storage.store,
    clock,
    chance: { fraction: () => 0, bytes: (count) => new Uint8Array(count) },
    limits: defaultEngineLimits,
    observer: { faulted: (room, error) => faults.push(`${room}: ${error}`) },
    compiled,
    pausedKeys: new Set(),
  });
  const sender = scriptedSender({ clock, answer: () => ({ kind: "by_hand" }) });
  const delivery = new Delivery({ state, sender, leaseTokenOf: () => "t" });
  const line = lineOf(state, receiver);
  const { postback } = aPostback(anEvent());
  const leaseUntil = state.leaseNow() + 600_000;
  const counts = { attempts: 0, spent: 0, strikes: 0, expiresAt: null, handedOver: null };
  // As it would be in memory if the wake that belongs to it had been forgotten.
  line.inHand += 1;
  state.inHand += 1;
  line.first.queue.push({
    ...counts,
    sequence: 1,
    postback,
    request: postback.request,
    line,
    lane: "first",
    leaseToken: "t",
    leaseUntil,
  });
  await delivery.tickLeases();
  assert.equal(sender.inHand().length, 1);
  assert.deepEqual(faults, ["hand_over: Error: 1 receivers stood still and were woken"]);
  await delivery.tickLeases();
  assert.equal(faults.length, 1, "with an attempt under way nothing stands");
});
