import assert from "node:assert/strict";
import { test } from "node:test";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";
import { dayMs } from "#test/support/an-event.ts";
import { turnedClock } from "#test/support/turned-clock.ts";

const everything = { level: "everything" } as const;

test("what is held past its expiry ends as dead with that reason, and none of it is sent", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: { expiresAfterMs: 60_000 } }) });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 5));
  await under.clock.turn(90_000);
  const dead = await postbacks(under, { state: "dead" });
  assert.deepEqual(
    dead.map(({ reason }) => reason),
    Array.from({ length: 5 }, () => "expired"),
  );
  await under.engine.resume(everything, null);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 0);
});

test("sweeping goes in slices, one after the other until nothing is left", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { expiresAfterMs: 1_000 } }),
    limits: { upkeep: { sweepSlice: 10 } },
  });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 100));
  const sweeps = under.faults.calls.get("sweep") ?? 0;
  await under.clock.turn(12_000);
  assert.equal((await postbacks(under, { state: "dead" })).length, 100);
  assert.ok((under.faults.calls.get("sweep") ?? 0) - sweeps >= 10);
});

test("a sweep that leaves some to the next is followed by a rest of four times its own length", async () => {
  const clock = turnedClock();
  const sweepMs = 100;
  const startedAt: number[] = [];
  const under = await anEngine({
    clock,
    limits: { upkeep: { sweepTickMs: 10_000 } },
    wrap: (storage) => ({
      ...storage,
      store: {
        ...storage.store,
        sweep: async () => {
          startedAt.push(clock.monotonic());
          await new Promise<void>((resolve) => clock.after(sweepMs, resolve));
          return { expired: 0, cancelled: 0, removedEvents: 1, more: true };
        },
      },
    }),
  });
  await under.clock.turn(20_000);
  const between = startedAt.slice(1).map((at, place) => at - (startedAt[place] ?? 0));
  assert.ok(between.length > 10);
  assert.ok(between.every((ms) => ms >= sweepMs + 4 * sweepMs));
});

test("history is removed when its time is over, and what still waits is kept", async () => {
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {}, south: {} }) });
  await under.engine.pause({ level: "partner", id: "south" }, "local");
  const [old, waiting] = [to("north"), to("south")];
  await accept(under, [old, waiting]);
  under.clock.jump(31 * dayMs);
  await under.clock.turn(60_000);
  assert.equal(await under.storage.log.readEvent(old.id), null);
  assert.notEqual(await under.storage.log.readEvent(waiting.id), null);
  await under.engine.resume({ level: "partner", id: "south" }, null);
  await under.clock.rest();
  assert.equal(under.sender.orders.at(-1)?.receiverId, "integration:com.example.game:south");
});

test("upkeep that fails is told of, and tried again", async () => {
  const under = await anEngine();
  under.faults.failNext("sweep", "before_commit");
  under.faults.failNext("expireLeases", "before_commit");
  await under.clock.turn(60_000);
  assert.equal(under.told.faults.length, 2);
  assert.ok((under.faults.calls.get("sweep") ?? 0) > 1);
  assert.ok((under.faults.calls.get("expireLeases") ?? 0) > 1);
});
