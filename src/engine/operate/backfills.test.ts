import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { partnerId } from "#src/core/ids.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { accept, anEngine, type EngineParts, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import type { BackfillJob, BackfillRequest } from "./backfill.ts";

const levels = aCatalog({
  apps: [anApp({ integrations: [anIntegration({ mappings: [aMapping({ eventName: "level_up" })] })] })],
});
const both = aCatalog({
  apps: [anApp({ integrations: [anIntegration({ mappings: [aMapping(), aMapping({ eventName: "level_up" })] })] })],
});
const request: BackfillRequest = { filter: { name: "purchase" }, ratePerSecond: null, dryRun: false };

const change = async ({ engine }: EngineUnderTest, catalog: Catalog): Promise<void> => {
  const changed = await engine.catalog.change({ catalog, by: "test", expected: null, dryRun: false });
  assert.equal(changed.kind, "changed");
};

/** An engine that has skipped so many purchases, and would send them by now. */
const skippedPurchases = async (count: number, parts: EngineParts = {}): Promise<EngineUnderTest> => {
  const under = await anEngine({ catalog: levels, ...parts });
  await accept(
    under,
    Array.from({ length: count }, () => anEvent()),
  );
  await change(under, both);
  assert.equal(under.sender.orders.length, 0);
  return under;
};

const run = async (under: EngineUnderTest, asked: BackfillRequest = request): Promise<BackfillJob> => {
  const { id } = await under.engine.backfills.start(asked);
  await under.clock.turn(10_000);
  return (await under.engine.backfills.read(id)) ?? assert.fail();
};

test("events once skipped are sent by today's configuration, each once", async () => {
  const under = await skippedPurchases(3);
  await accept(under, [anEvent({ name: "level_up" })]);
  const job = await run(under, { ...request, filter: {} });
  assert.deepEqual([job.status, job.postbacks, job.alreadyServed, job.left], ["done", 3, 0, 0]);
  assert.deepEqual(job.byTarget, { "integration:examplenetwork_int": 3 });
  assert.equal(under.sender.orders.length, 4);
  const made = (await postbacks(under, { eventName: "purchase" })).map(({ postback, state }) => [
    postback.redelivery,
    state,
  ]);
  assert.deepEqual(
    made,
    Array.from({ length: 3 }, () => [1, "delivered"]),
  );
});

test("a second backfill finds every partner served", async () => {
  const under = await skippedPurchases(3);
  await run(under);
  const again = await run(under);
  assert.deepEqual([again.postbacks, again.alreadyServed], [0, 3]);
  assert.equal(under.sender.orders.length, 3);
});

test("a partner that has had the event by another configurator is not served a second time", async () => {
  const under = await anEngine();
  await accept(under, [anEvent({ fields: { af_prt: "agencyprt" } }), anEvent()]);
  const integrations = [anIntegration(), anIntegration({ configurator: "agency" })];
  await change(under, aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations, grants: [aGrant()] })] }));
  const job = await run(under);
  assert.equal(job.postbacks, 0);
  assert.equal(under.sender.orders.length, 2);
});

test("a dry run counts the same and makes nothing", async () => {
  const under = await skippedPurchases(3);
  const job = await run(under, { ...request, dryRun: true });
  assert.deepEqual([job.status, job.dryRun, job.postbacks], ["done", true, 3]);
  assert.equal((await postbacks(under)).length, 0);
});

test("a backfill takes the events of its filter: name, time, reason and partner", async () => {
  const second = aCatalog({
    partners: [aPartner(), aPartner({ id: "second", templates: [aTemplate({ url: "https://second.example/" })] })],
    apps: [anApp({ integrations: [anIntegration(), anIntegration({ partnerId: "second" })] })],
  });
  const under = await skippedPurchases(2);
  await change(under, second);
  const counted = async (filter: BackfillRequest["filter"]): Promise<number> =>
    (await run(under, { ...request, filter, dryRun: true })).postbacks;
  assert.equal(await counted({}), 4);
  assert.equal(await counted({ partnerId: partnerId("second") }), 2);
  assert.equal(await counted({ reason: "not_mapped" }), 2, "the second partner was not there to give a reason");
  assert.equal(await counted({ reason: "mapping_off" }), 0);
  assert.equal(await counted({ from: noon + dayMs }), 0);
  assert.equal(await counted({ name: "level_up" }), 0);
});

test("an event that still waits for its install is left to it", async () => {
  const windowed = (name: string): Catalog =>
    aCatalog({
      apps: [
        anApp({
          integrations: [
            anIntegration({ mappings: [aMapping({ eventName: name })], inApp: { window: { kind: "days", days: 30 } } }),
          ],
        }),
      ],
    });
  const under = await anEngine({ catalog: windowed("level_up") });
  await accept(under, [anEvent({ fields: { install_id: "device-1" } })]);
  await change(under, windowed("purchase"));
  assert.equal((await run(under)).postbacks, 0);
});

test("a backfill keeps its rate, and ends where it is stopped", async () => {
  const under = await skippedPurchases(50);
  const { id } = await under.engine.backfills.start({ ...request, ratePerSecond: 10 });
  await under.clock.turn(2_900);
  const sent = under.sender.orders.length;
  assert.ok(sent >= 20 && sent <= 40, `${sent} in three seconds`);
  const stopped = await under.engine.backfills.stop(id);
  assert.equal(stopped?.status, "stopped");
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, stopped?.postbacks);
  assert.equal(await under.engine.backfills.stop("unknown"), null);
  assert.deepEqual((await under.engine.backfills.read(id))?.status, "stopped");
});

test("a backfill goes on after a crash, and makes nothing twice", async () => {
  const before = await skippedPurchases(50);
  const { id } = await before.engine.backfills.start({ ...request, ratePerSecond: 10 });
  await before.clock.turn(2_500);
  before.faults.failNext("redeliver", "after_commit");
  await before.clock.turn(1_000);
  before.sender.vanish();
  await before.storage.close();
  const after = await anEngine({ catalog: both, tables: before.tables, clock: before.clock });
  await after.clock.turn(60_000);
  const done = await after.engine.backfills.read(id);
  assert.deepEqual([done?.status, done?.postbacks], ["done", 50]);
  assert.equal((await postbacks(after)).length, 50);
  assert.equal(new Set((await postbacks(after)).map(({ postback }) => postback.eventId)).size, 50);
});
