import assert from "node:assert/strict";
import { test } from "node:test";
import { partChanges } from "#src/contract/catalog-parts.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { partKey } from "#src/core/ids.ts";
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
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, codesOf, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const change = ({ engine }: EngineUnderTest, catalog: Catalog, parts: { expected?: number; dryRun?: boolean } = {}) =>
  engine.catalog.change({ catalog, by: "key-1", expected: null, dryRun: false, ...parts });
const both = anAddressedCatalog({ north: {}, south: {} });
const southOnly = anAddressedCatalog({ south: {} });
const theirs = ({ clock }: EngineUnderTest) => ({ expected: 1, at: clock.now(), by: "other", account: null });
const everything = { level: "everything" } as const;
const broken = aCatalog({
  partners: [aPartner({ templates: [aTemplate({ url: "https://p.example/?x=(no-such-macro-at-all)" })] })],
});

test("a changed catalog is a new revision, saved with its author, and decides the next event", async () => {
  const under = await anEngine({ catalog: southOnly });
  const changed = await change(under, both);
  assert.equal(changed.kind, "changed");
  assert.deepEqual([changed.revision?.revision, changed.revision?.savedBy], [2, "key-1"]);
  assert.equal(under.engine.catalog.current().revision, 2);
  const event = to("north");
  await accept(under, [event]);
  assert.ok((await codesOf(under, event)).includes("match"));
});

test("a catalog that cannot be compiled changes nothing, and every problem is told", async () => {
  const under = await anEngine({ catalog: both });
  const changed = await change(under, broken);
  assert.equal(changed.kind, "refused");
  assert.ok(changed.problems.length > 0);
  assert.equal(under.engine.catalog.current().revision, 1);
  assert.equal((await under.storage.catalog.current())?.revision, 1);
});

test("a dry run changes nothing", async () => {
  const under = await anEngine({ catalog: both });
  const changed = await change(under, southOnly, { dryRun: true });
  assert.deepEqual([changed.kind, changed.kind === "changed" && changed.revision], ["changed", null]);
  assert.equal(under.engine.catalog.current().revision, 1);
});

test("a change whose answer was lost is in force all the same, and the next one is no lost race", async () => {
  let loses = true;
  const under = await anEngine({
    catalog: both,
    wrap: (storage) => ({
      ...storage,
      catalog: {
        ...storage.catalog,
        save: async (save) => {
          const saved = await storage.catalog.save(save);
          if (!loses) return saved;
          loses = false;
          throw new Error("lost its answer");
        },
      },
    }),
  });
  const first = await change(under, southOnly);
  assert.deepEqual([first.kind, under.engine.catalog.current().revision], ["changed", 2]);
  const second = await change(under, both);
  assert.deepEqual([second.kind, under.engine.catalog.current().revision], ["changed", 3]);
});

test("a change that came first is put in force by who lost the race to it", async () => {
  const under = await anEngine({ catalog: both });
  await under.storage.catalog.save({ ...theirs(under), parts: partChanges(both, southOnly) });
  const changed = await change(under, anAddressedCatalog({ north: {} }));
  assert.deepEqual(changed, { kind: "lost_race", revision: 2 });
  const { catalog, revision } = under.engine.catalog.current();
  assert.deepEqual([revision, catalog.apps[0]?.integrations.length], [2, 1]);
  assert.equal((await change(under, both)).kind, "changed");
});

test("of two changes made from one revision the second is told that it lost the race", async () => {
  const under = await anEngine({ catalog: both });
  const [first, second] = await Promise.all([
    change(under, southOnly, { expected: 1 }),
    change(under, both, { expected: 1 }),
  ]);
  assert.equal(first.kind, "changed");
  assert.deepEqual(second, { kind: "lost_race", revision: 2 });
});

test("a change that another process made first changes nothing", async () => {
  const under = await anEngine({ catalog: both });
  await under.storage.catalog.save({ ...theirs(under), parts: [{ key: partKey("partner/odd"), document: "{}" }] });
  assert.deepEqual(await change(under, southOnly), { kind: "lost_race", revision: 2 });
  assert.equal(under.engine.catalog.current().revision, 1);
});

test("what waits for a removed integration is cancelled and says why; another's is not touched", async () => {
  const under = await anEngine({ catalog: both });
  await under.engine.pause(everything, "local");
  await accept(under, [...toEach("north", 5), to("south")]);
  await change(under, southOnly);
  await under.engine.resume(everything, null);
  await under.clock.turn(60_000);
  assert.deepEqual(
    under.sender.orders.map(({ receiverId }) => receiverId.split(":").at(-1)),
    ["south"],
  );
  const cancelled = await postbacks(under, { state: "cancelled" });
  assert.deepEqual(
    cancelled.map(({ reason }) => reason),
    Array.from({ length: 5 }, () => "integration_removed"),
  );
});

test("an integration that is made again wakes nothing that was cancelled with the one before", async () => {
  const under = await anEngine({ catalog: both });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 5));
  await change(under, southOnly);
  await change(under, both);
  await under.engine.resume(everything, null);
  await accept(under, [to("north")]);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 1);
});

test("an event decided before the change and recorded after it is cancelled too", async () => {
  const under = await anEngine({ catalog: both });
  const held = under.faults.holdNext("record");
  const accepted = under.engine.journal.append([to("north")]);
  await held.arrived;
  const changed = change(under, southOnly);
  await under.clock.rest();
  held.letGo();
  await Promise.all([accepted, changed]);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 0);
  const states = (await postbacks(under)).map(({ state }) => state);
  assert.deepEqual(states, ["cancelled"]);
});

test("a postback that is under way when its integration is removed keeps its attempt, and ends as it was heard", async () => {
  const under = await anEngine({ catalog: both });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 2));
  await change(under, southOnly);
  const [heard, refused] = under.sender.inHand();
  assert.ok(heard !== undefined && refused !== undefined);
  under.sender.answer(heard.ticket, { kind: "response", status: 200 });
  under.sender.answer(refused.ticket, { kind: "response", status: 500 });
  await under.clock.turn(60_000);
  assert.deepEqual(
    (await postbacks(under)).map(({ state, attempts }) => [state, attempts]),
    [
      ["delivered", 1],
      ["cancelled", 1],
    ],
  );
  assert.equal(under.engine.status().inHand, 0);
});

test("a grant that is taken back cancels what waits for the agency's integration", async () => {
  const agency = anIntegration({ configurator: "agency", mappings: [aMapping({ id: "m-agency" })] });
  const granted = (grants: readonly ReturnType<typeof aGrant>[]) =>
    aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations: [agency], grants })] });
  const under = await anEngine({ catalog: granted([aGrant()]) });
  await under.engine.pause(everything, "local");
  await accept(under, [anEvent({ fields: { af_prt: "agencyprt" } })]);
  assert.equal((await postbacks(under, { state: "pending" })).length, 1);
  await change(under, granted([]));
  await under.engine.resume(everything, null);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 0);
  assert.deepEqual(
    (await postbacks(under)).map(({ state, reason }) => [state, reason]),
    [["cancelled", "grant_revoked"]],
  );
});

test("a crash between saving a catalog and cancelling is made good at the next start", async () => {
  const before = await anEngine({ catalog: both });
  await before.engine.pause(everything, "local");
  await accept(before, toEach("north", 3));
  await before.engine.stop(0);
  const after = await anEngine({ catalog: southOnly, tables: before.tables, clock: before.clock });
  await after.engine.resume(everything, null);
  await after.clock.turn(60_000);
  assert.equal(after.sender.orders.length, 0);
  assert.equal((await postbacks(after, { state: "cancelled" })).length, 3);
});

test("an integration that is switched off holds what waits and skips what comes; switched on, what waited goes", async () => {
  const off = aCatalog({ apps: [anApp({ integrations: [anIntegration({ active: false })] })] });
  const under = await anEngine({ catalog: aCatalog() });
  under.sender.script(() => ({ kind: "response", status: 500 }));
  await accept(under, [anEvent()]);
  await change(under, off);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  const later = anEvent();
  await accept(under, [later]);
  assert.deepEqual(await codesOf(under, later), ["integration_inactive"]);
  await under.clock.turn(120_000);
  assert.equal(under.sender.orders.length, 1);
  await change(under, aCatalog());
  await under.clock.rest();
  assert.equal(under.sender.orders.length, 2);
  assert.equal((await postbacks(under, { state: "delivered" })).length, 1);
});

test("new limits of a receiver hold from the next hand-over on", async () => {
  const limited = (inFlightMax: number) =>
    anAddressedCatalog({ north: { limits: { inFlightMax, ratePerSecond: null } } });
  const under = await anEngine({ catalog: limited(1) });
  under.sender.script(() => ({ kind: "by_hand" }));
  await accept(under, toEach("north", 10));
  assert.equal(under.sender.inHand().length, 1);
  await change(under, limited(5));
  await under.clock.rest();
  assert.equal(under.sender.inHand().length, 5);
});

test("a catalog whose cancelling failed is in force all the same, and nothing of what is gone is sent", async () => {
  const under = await anEngine({ catalog: both });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 3));
  under.faults.failNext("cancel", "before_commit");
  assert.equal((await change(under, southOnly)).kind, "changed");
  await under.engine.resume(everything, null);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 0);
  assert.equal(under.told.faults.length, 1);
});

test("a cancelling that failed is made good by upkeep, and before the next change", async () => {
  const under = await anEngine({ catalog: both });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 3));
  under.faults.failNext("cancel", "before_commit");
  await change(under, southOnly);
  assert.equal((await postbacks(under, { state: "cancelled" })).length, 0);
  await under.clock.turn(60_000);
  assert.equal((await postbacks(under, { state: "cancelled" })).length, 3);
});

test("a change that would wake what could not be cancelled is refused until it is cancelled", async () => {
  const under = await anEngine({ catalog: both });
  await under.engine.pause(everything, "local");
  await accept(under, toEach("north", 3));
  under.faults.failNext("cancel", "before_commit");
  await change(under, southOnly);
  under.faults.failNext("cancel", "before_commit");
  await assert.rejects(change(under, both));
  assert.equal(under.engine.catalog.current().revision, 2);
  await change(under, both);
  await under.engine.resume(everything, null);
  await under.clock.turn(60_000);
  assert.equal(under.sender.orders.length, 0);
});
