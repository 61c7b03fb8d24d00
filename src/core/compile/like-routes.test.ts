import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aRule,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { compileCatalog } from "./compile-catalog.ts";
import type { CompiledApp, CompiledCatalog } from "./compiled-catalog.ts";

const compiled = (catalog: Catalog, previous?: CompiledCatalog): CompiledCatalog => {
  const compilation = compileCatalog(catalog, { hashes: testHashes }, previous);
  return compilation.kind === "compiled" ? compilation.compiled : assert.fail(JSON.stringify(compilation.problems));
};
const appOf = ({ apps }: CompiledCatalog, app: App): CompiledApp => apps.get(app.id) ?? assert.fail();

const partner = aPartner({
  templates: [
    aTemplate({ url: "https://partner.example/in_app?app=(app_id)&name=(app_name)&value=(event-value)&d=(idfa)" }),
  ],
});
const shared = [anIntegration()];
const agency = anAccount();
const studio = anAccount({ id: "studio", kind: "advertiser", afPrtNames: [] });
const first = anApp({ id: "first", name: "First", integrations: shared });
const alike = [
  anApp({ id: "other", name: "Other", integrations: shared }),
  anApp({ id: "other", integrations: shared, requiresConsent: true }),
  anApp({ id: "other", integrations: shared, testDevices: ["device-1"] }),
  anApp({ id: "other", integrations: shared, revenueProperties: ["level"] }),
  anApp({ id: "other", integrations: shared, rules: [aRule()] }),
  anApp({ id: "other", integrations: shared, accountId: studio.id }),
  anApp({ id: "other", integrations: shared, customEvents: [{ name: "e", createdUnder: null }] }),
  anApp({ id: "other", integrations: shared, messageRulesMax: 1 }),
];
const unlike = [
  anApp({ id: "other", integrations: shared, active: false }),
  anApp({ id: "other", integrations: shared, grants: [aGrant()] }),
  anApp({ id: "other", integrations: [...shared, anIntegration({ configurator: "agency" })] }),
  anApp({ id: "other", integrations: [anIntegration({ mappings: [aMapping({ sendFor: "all_sources" })] })] }),
  anApp({ id: "other", integrations: [anIntegration({ templates: [aTemplate({ url: "https://own.example/" })] })] }),
];
const events = (app: App) =>
  ["examplenetwork_int", "stranger"].map((media_source) =>
    anEvent({ appId: app.id, fields: { media_source, advertising_id: "device-1" } }),
  );
const toldOf = (compiledApp: CompiledApp, app: App) =>
  events(app).map((event) => ({
    verdict: compiledApp.decide(event, nothingShown),
    explained: compiledApp.explain(event, nothingShown),
    previewed: compiledApp.preview(event),
  }));

test("an app decides and explains behind another as it does alone, whatever it is like", () => {
  for (const other of [...alike, ...unlike]) {
    const around = { accounts: [agency, studio], partners: [partner] };
    const both = compiled(aCatalog({ ...around, apps: [first, other] }));
    const alone = compiled(aCatalog({ ...around, apps: [anApp({ id: "none" }), other] }));
    assert.equal(toldOf(appOf(both, first), first).length, 2);
    assert.deepEqual(toldOf(appOf(both, other), other), toldOf(appOf(alone, other), other));
    for (const { receiver } of toldOf(appOf(both, other), other).flatMap(({ verdict }) => verdict.matches))
      assert.equal(receiver.appId, other.id);
  }
});

/** Told of an event that no setting of the app alone tells apart, it is the same object where it is shared. */
const usualIn = (catalog: CompiledCatalog, app: App) =>
  appOf(catalog, app).decide(anEvent({ appId: app.id }), nothingShown).usual;

test("apps with the same terms share what was put together for the first", () => {
  const around = { accounts: [agency, studio], partners: [partner] };
  for (const [others, isShared] of [
    [alike, true],
    [unlike, false],
  ] as const) {
    for (const other of others) {
      const both = compiled(aCatalog({ ...around, apps: [first, other] }));
      assert.equal(usualIn(both, other) === usualIn(both, first), isShared);
    }
  }
});

test("of apps that begin alike and go on otherwise some are kept, and all decide", () => {
  const apps = Array.from({ length: 70 }, (_, at) =>
    anApp({
      id: `a${at}`,
      integrations: [...shared, anIntegration({ partnerId: "second", mappings: [aMapping({ id: `m${at}` })] })],
    }),
  );
  const catalog = compiled(aCatalog({ partners: [aPartner(), aPartner({ id: "second" })], apps }));
  for (const app of [...apps, ...apps]) {
    const [told] = toldOf(appOf(catalog, app), app);
    const [, second] = told?.verdict.decisions ?? [];
    const [, integration] = app.integrations;
    assert.ok(second?.target.kind === "integration");
    assert.equal(second.target.mappingId, integration?.mappings[0]?.id);
  }
});

test("apps without integrations are decided each by itself", () => {
  const apps = ["x", "y"].map((id) => anApp({ id, integrations: [] }));
  const catalog = compiled(aCatalog({ apps }));
  for (const app of apps)
    for (const { verdict } of toldOf(appOf(catalog, app), app)) assert.deepEqual(verdict.decisions, []);
});
