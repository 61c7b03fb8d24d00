import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import { accountId } from "#src/core/ids.ts";
import { accountScopeOf } from "#src/core/permissions/account-scope.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const agency = anAccount();
const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });
const rival = anAccount({ id: "rival", kind: "advertiser", afPrtNames: [] });
const configured = (eventName: string) =>
  anIntegration({ configurator: "agency", mappings: [aMapping({ id: "m-agency", eventName })] });
const world = (app: Partial<Pick<App, "accountId" | "grants">>, eventName = "purchase"): Catalog =>
  aCatalog({
    accounts: [agency, acme, rival],
    apps: [
      anApp({
        accountId: acme.id,
        integrations: [configured(eventName)],
        grants: [aGrant({ replay: true })],
        ...app,
      }),
    ],
  });
const withAgency = world({});

const change = async ({ engine }: EngineUnderTest, catalog: Catalog): Promise<void> => {
  const changed = await engine.catalog.change({ catalog, by: "test", expected: null, dryRun: false });
  assert.equal(changed.kind, "changed");
};
const acts = (account: string) => ({
  accountId: accountId(account),
  filter: { within: accountScopeOf(withAgency, accountId(account)).acts },
});
const twenty = () => Array.from({ length: 20 }, () => anEvent({ fields: { af_prt: "agencyprt" } }));

/** What the catalog says before its owner, and its owner alone, changes its mind about who may send again. */
const losses = [
  ["agency", "the grant to replay is taken back", world({ grants: [aGrant({ replay: false })] })],
  ["acme", "the app moves to another account", world({ accountId: rival.id })],
  ["gone", "the account is no more", withAgency],
] as const;

test("a replay that runs stops when nothing of it is its account's to replay any more", async () => {
  for (const [account, why, after] of losses) {
    for (const render of ["as_sent", "current"] as const) {
      const under = await anEngine({ catalog: withAgency });
      under.sender.script(() => ({ kind: "response", status: 400 }));
      await accept(under, twenty());
      under.sender.script(() => ({ kind: "response", status: 200 }));
      const asked = account === "gone" ? { ...acts("acme"), accountId: accountId("gone") } : acts(account);
      const job = await under.engine.startReplay({ ...asked, render, ratePerSecond: 5, dryRun: false });
      if (account !== "gone") {
        await under.clock.turn(1_500);
        assert.ok(under.sender.orders.length > 20, "some of it was put back");
        await change(under, after);
      }
      const sent = under.sender.orders.length;
      await under.clock.turn(60_000);
      assert.equal(under.sender.orders.length, sent, why);
      assert.equal((await under.engine.readReplay(job.id))?.status, "stopped", why);
      assert.equal((await under.storage.jobs.unfinished()).length, 0, "and does not wake at the next start");
    }
  }
});

test("a backfill that runs stops when nothing of it is its account's to send any more", async () => {
  const skipping = world({}, "level_up");
  for (const [account, why, after] of losses.slice(0, 2)) {
    const under = await anEngine({ catalog: skipping });
    await accept(under, twenty());
    await change(under, withAgency);
    const job = await under.engine.backfills.start({ ...acts(account), ratePerSecond: 5, dryRun: false });
    await under.clock.turn(1_500);
    const made = (await postbacks(under)).length;
    assert.ok(made > 0 && made < 20, `${made} of 20 made`);
    await change(under, after);
    await under.clock.turn(60_000);
    assert.equal((await postbacks(under)).length, made, why);
    assert.equal((await under.engine.backfills.read(job.id))?.status, "stopped", why);
    assert.equal((await under.storage.jobs.unfinished()).length, 0);
  }
});

test("what is left of a job's part goes on", async () => {
  const shop = anApp({ id: "shop", accountId: acme.id, integrations: [anIntegration({})] });
  const [game = assert.fail()] = withAgency.apps;
  const catalog = { ...withAgency, apps: [game, shop] };
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(under, [...twenty().slice(0, 3), ...[1, 2].map(() => anEvent({ appId: "shop" }))]);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  const within = accountScopeOf(catalog, acme.id).acts;
  await under.engine.pause({ level: "everything" }, "test");
  await change(under, { ...catalog, apps: [{ ...game, accountId: rival.id }, shop] });
  const job = await under.engine.startReplay({
    ...{ accountId: acme.id, filter: { within }, render: "as_sent", ratePerSecond: null, dryRun: false },
  });
  await under.clock.turn(1_000);
  const done = await under.engine.readReplay(job.id);
  assert.deepEqual([done?.status, done?.replayed], ["done", 2]);
  assert.deepEqual(
    (await postbacks(under, { state: "pending" })).map(({ appId }) => appId),
    ["shop", "shop"],
  );
});

test("a partner that is removed while a backfill runs gets nothing more of it", async () => {
  const under = await anEngine({ catalog: world({}, "level_up") });
  await accept(under, twenty());
  await change(under, withAgency);
  const job = await under.engine.backfills.start({ ...acts("acme"), ratePerSecond: 5, dryRun: false });
  await under.clock.turn(1_500);
  const made = (await postbacks(under)).length;
  const [app = assert.fail()] = withAgency.apps;
  await change(under, { ...withAgency, partners: [], apps: [{ ...app, integrations: [] }] });
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under)).length, made);
  assert.equal((await under.engine.backfills.read(job.id))?.status, "done");
});
