import assert from "node:assert/strict";
import { test } from "node:test";
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
import { anAddressedCatalog, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const both = anAddressedCatalog({ north: {}, south: {} });

/** So many dead postbacks; from then on every receiver answers 200. */
async function dead(under: EngineUnderTest, counts: Readonly<Record<string, number>>): Promise<void> {
  under.sender.script(() => ({ kind: "response", status: 400 }));
  for (const [partner, count] of Object.entries(counts)) await accept(under, toEach(partner, count));
  under.sender.script(() => ({ kind: "response", status: 200 }));
}
const replay = { filter: {}, render: "as_sent", ratePerSecond: null, dryRun: false } as const;

test("a replay puts dead postbacks back by its filter, and says how far it is", async () => {
  const under = await anEngine({ catalog: both });
  await dead(under, { north: 30, south: 5 });
  const job = await under.engine.startReplay({ ...replay, filter: { partnerId: partnerId("north") } });
  assert.deepEqual([job.status, job.matching], ["running", 30]);
  await under.clock.turn(1_000);
  const done = await under.engine.readReplay(job.id);
  assert.deepEqual([done?.status, done?.replayed, done?.skipped], ["done", 30, 0]);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 30);
  assert.equal((await postbacks(under, { state: "dead" })).length, 5);
});

test("a dry run counts and does nothing", async () => {
  const under = await anEngine({ catalog: both });
  await dead(under, { north: 3 });
  const job = await under.engine.startReplay({ ...replay, dryRun: true });
  assert.deepEqual([job.status, job.matching], ["estimated", 3]);
  await under.clock.turn(10_000);
  assert.equal((await postbacks(under, { state: "dead" })).length, 3);
  assert.equal(await under.engine.readReplay(job.id), null);
});

test("a replay that has ended is forgotten when its act is", async () => {
  const hour = 60 * 60 * 1_000;
  const under = await anEngine({ catalog: both, limits: { upkeep: { actsKeptMs: 3 * hour } } });
  await dead(under, { north: 3 });
  const job = await under.engine.startReplay(replay);
  await under.clock.turn(2 * hour);
  assert.equal((await under.engine.readReplay(job.id))?.status, "done");
  await under.clock.turn(3 * hour);
  assert.equal(await under.engine.readReplay(job.id), null);
});

test("a replay keeps its rate", async () => {
  const under = await anEngine({ catalog: both });
  await dead(under, { north: 50 });
  const sent = under.sender.orders.length;
  await under.engine.startReplay({ ...replay, ratePerSecond: 10 });
  await under.clock.turn(2_900);
  const replayed = under.sender.orders.length - sent;
  assert.ok(replayed >= 20 && replayed <= 40, `${replayed} in three seconds`);
  await under.clock.turn(10_000);
  assert.equal(under.sender.orders.length - sent, 50);
});

test("a replay that is stopped puts nothing more back", async () => {
  const under = await anEngine({ catalog: both });
  await dead(under, { north: 50 });
  const job = await under.engine.startReplay({ ...replay, ratePerSecond: 10 });
  await under.clock.turn(1_500);
  const stopped = await under.engine.stopReplay(job.id);
  assert.equal(stopped?.status, "stopped");
  const sent = under.sender.orders.length;
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, sent);
  assert.equal((await under.engine.readReplay(job.id))?.status, "stopped");
});

test("a replay that fails is told of, starves no other, and is given up in the end", async () => {
  const under = await anEngine({
    catalog: both,
    wrap: (storage) => ({
      ...storage,
      log: {
        ...storage.log,
        findPostbacks: (filter, page) =>
          filter.partnerId === "north"
            ? Promise.reject(new Error("unreadable"))
            : storage.log.findPostbacks(filter, page),
      },
    }),
  });
  await dead(under, { north: 3, south: 3 });
  const failing = await under.engine.startReplay({ ...replay, filter: { partnerId: partnerId("north") } });
  const other = await under.engine.startReplay({ ...replay, filter: { partnerId: partnerId("south") } });
  await under.clock.turn(1_000);
  assert.equal((await under.engine.readReplay(other.id))?.status, "done");
  await under.clock.turn(600_000);
  assert.equal((await under.engine.readReplay(failing.id))?.status, "failed");
  assert.equal(under.told.faults.length, 100);
  assert.deepEqual(await under.storage.jobs.unfinished(), []);
});

test("a stop that could not be saved is saved later, so that no start wakes the replay", async () => {
  let fails = 0;
  const under = await anEngine({
    catalog: both,
    wrap: (storage) => ({
      ...storage,
      jobs: {
        ...storage.jobs,
        put: (job) => {
          if (job.status !== "stopped" || fails === 3) return storage.jobs.put(job);
          fails += 1;
          return Promise.reject(new Error("no room"));
        },
      },
    }),
  });
  await dead(under, { north: 50 });
  const job = await under.engine.startReplay({ ...replay, ratePerSecond: 10 });
  await under.clock.turn(1_500);
  await assert.rejects(under.engine.stopReplay(job.id), /no room/);
  await under.clock.turn(30_000);
  assert.deepEqual(await under.storage.jobs.unfinished(), []);
  assert.equal((await under.engine.readReplay(job.id))?.status, "stopped");
});

test("a replay goes on after a crash, and puts nothing back twice", async () => {
  const before = await anEngine({ catalog: both });
  await dead(before, { north: 50 });
  const job = await before.engine.startReplay({ ...replay, ratePerSecond: 10 });
  await before.clock.turn(2_500);
  before.sender.vanish();
  await before.storage.close();
  const sent = before.sender.orders.length;
  const after = await anEngine({ catalog: both, tables: before.tables, clock: before.clock });
  await after.clock.turn(60_000);
  const done = await after.engine.readReplay(job.id);
  assert.equal(done?.status, "done");
  assert.equal((await postbacks(after, { state: "delivered" })).length, 50);
  assert.equal(sent - 50 + after.sender.orders.length, 50);
});

test("a replay of what has no receiver any more leaves it dead, and counts it", async () => {
  const under = await anEngine({ catalog: both });
  await dead(under, { north: 3, south: 2 });
  await under.engine.catalog.change({
    catalog: anAddressedCatalog({ south: {} }),
    by: "local",
    expected: null,
    dryRun: false,
  });
  const job = await under.engine.startReplay(replay);
  await under.clock.turn(1_000);
  const done = await under.engine.readReplay(job.id);
  assert.deepEqual([done?.replayed, done?.skipped], [2, 3]);
});

test("a replay that runs puts nothing more back once its agency's grant is taken back, as sent or rendered today", async () => {
  const agency = anIntegration({ configurator: "agency", mappings: [aMapping({ id: "m-agency" })] });
  const granted = (grants: readonly ReturnType<typeof aGrant>[]) =>
    aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations: [agency], grants })] });
  for (const render of ["as_sent", "current"] as const) {
    const under = await anEngine({ catalog: granted([aGrant()]) });
    under.sender.script(() => ({ kind: "response", status: 400 }));
    await accept(
      under,
      Array.from({ length: 20 }, () => anEvent({ fields: { af_prt: "agencyprt" } })),
    );
    under.sender.script(() => ({ kind: "response", status: 200 }));
    const job = await under.engine.startReplay({ ...replay, render, ratePerSecond: 5 });
    await under.clock.turn(1_500);
    const sent = under.sender.orders.length;
    assert.ok(sent > 20 && sent < 40, `${sent - 20} of 20 replayed`);
    await under.engine.catalog.change({ catalog: granted([]), by: "local", expected: null, dryRun: false });
    await under.clock.turn(60_000);
    const done = await under.engine.readReplay(job.id);
    assert.deepEqual([done?.status, done?.replayed, done?.skipped], ["done", sent - 20, 40 - sent]);
    assert.equal(under.sender.orders.length, sent);
  }
});

test("a replay rendered today makes new postbacks, each once, also over a crash", async () => {
  const ofVersion = (version: string) =>
    aCatalog({ partners: [aPartner({ templates: [aTemplate({ url: `https://partner.example/${version}` })] })] });
  const before = await anEngine({ catalog: ofVersion("v1") });
  before.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(
    before,
    Array.from({ length: 20 }, () => anEvent()),
  );
  before.sender.script(() => ({ kind: "response", status: 200 }));
  const changed = ofVersion("v2");
  await before.engine.catalog.change({ catalog: changed, by: "local", expected: null, dryRun: false });
  const job = await before.engine.startReplay({ ...replay, render: "current", ratePerSecond: 5 });
  await before.clock.turn(1_500);
  before.sender.vanish();
  await before.storage.close();
  // The last slice was put back, and its progress never saved.
  const stored = before.tables.jobs.get(job.id);
  assert.ok(stored !== undefined);
  before.tables.jobs.set(job.id, { ...stored, state: JSON.stringify({ ...JSON.parse(stored.state), cursor: null }) });
  const after = await anEngine({ catalog: { ...changed, revision: 2 }, tables: before.tables, clock: before.clock });
  await after.clock.turn(60_000);
  assert.equal((await after.engine.readReplay(job.id))?.status, "done");
  const urls = [...before.sender.orders.slice(20), ...after.sender.orders].map(({ request }) => request.url);
  assert.deepEqual(
    urls,
    Array.from({ length: 20 }, () => "https://partner.example/v2"),
  );
});

test("a replay starts the schedule anew and goes on with the numbering", async () => {
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { retryPolicy: { ...aPartner().retryPolicy, delaysMs: [1_000] } } }),
  });
  under.sender.script(() => ({ kind: "response", status: 500 }));
  await accept(under, toEach("north", 1));
  await under.clock.turn(2_000);
  await under.engine.startReplay(replay);
  await under.clock.turn(5_000);
  const [postback] = await postbacks(under);
  assert.deepEqual(
    postback?.attemptLog.map(({ number }) => number),
    [1, 2, 3, 4],
  );
  assert.deepEqual([postback?.state, postback?.reason], ["dead", "exhausted"]);
});
