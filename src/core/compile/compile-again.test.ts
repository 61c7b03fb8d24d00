import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import {
  aCatalog,
  aGrant,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aRule,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { compileCatalog } from "./compile-catalog.ts";
import type { CompiledCatalog } from "./compiled-catalog.ts";

const compiled = (catalog: Catalog, previous?: CompiledCatalog): CompiledCatalog => {
  const compilation = compileCatalog(catalog, { hashes: testHashes }, previous);
  return compilation.kind === "compiled" ? compilation.compiled : assert.fail(JSON.stringify(compilation.problems));
};
const refusals = (catalog: Catalog, previous: CompiledCatalog): readonly string[] => {
  const compilation = compileCatalog(catalog, { hashes: testHashes }, previous);
  return compilation.kind === "compiled" ? [] : compilation.problems.map(({ message }) => message);
};

const apps = ["a", "b", "c"].map((id) => anApp({ id }));
const [a, b, c] = apps;
const start = aCatalog({ apps });
const appOf = (catalog: CompiledCatalog, app: App | undefined) => catalog.apps.get(app?.id ?? assert.fail());

test("one edited app is compiled, and the others are taken over as they are", () => {
  const first = compiled(start);
  const edited = anApp({ id: "b", integrations: [], rules: [aRule({ id: "r" })] });
  const second = compiled({ ...start, revision: 2, apps: [a, edited, c].filter((app) => app !== undefined) }, first);
  assert.equal(appOf(second, a), appOf(first, a));
  assert.equal(appOf(second, c), appOf(first, c));
  assert.equal(appOf(second, b)?.app, edited);
  assert.deepEqual([...second.receivers.keys()].toSorted(), [
    "integration:a:examplenetwork_int",
    "integration:c:examplenetwork_int",
    "rule:b:r",
  ]);
  assert.equal(compiled({ ...start, revision: 2 }, first).receivers, first.receivers);
  assert.equal(second.revision, 2);
});

test("an app that is the same is checked again where what it refers to is another", () => {
  const first = compiled(start);
  const asking = { ...start, partners: [aPartner({ parameters: ["account"] })] };
  assert.match(refusals(asking, first)[0] ?? "", /^apps\[0\]\.integrations\[0\]\.parameters\.account/);
  assert.equal(refusals(asking, first).length, 3);
  assert.match(refusals({ ...start, partners: [] }, first)[0] ?? "", /there is no partner/);
  const agency = anIntegration({ configurator: "agency" });
  const withAgency = aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations: [agency] })] });
  const second = compiled(withAgency);
  assert.match(refusals({ ...withAgency, accounts: [] }, second)[0] ?? "", /there is no account agency/);
  const granting = aCatalog({ accounts: [anAccount()], apps: [anApp({ grants: [aGrant()] })] });
  assert.match(refusals({ ...granting, accounts: [] }, compiled(granting))[0] ?? "", /there is no account agency/);
});

test("a custom event whose partner goes is found in an app that is the same", () => {
  const north = aPartner({ id: "north" });
  const app = anApp({ customEvents: [{ name: "e", createdUnder: north.id }] });
  const first = compiled(aCatalog({ partners: [aPartner(), north], apps: [app] }));
  assert.match(refusals(aCatalog({ apps: [app] }), first)[0] ?? "", /custom_events\[0\]\.created_under/);
});

test("a partner's new template and switches hold for apps that did not change", () => {
  const event = anEvent({ appId: "a" });
  const urls = (catalog: CompiledCatalog) => urlsOf(appOf(catalog, a) ?? assert.fail(), event);
  const first = compiled(start);
  assert.equal(urls(first).length, 1);
  const moved = { ...start, partners: [aPartner({ templates: [aTemplate({ url: "https://moved.example/" })] })] };
  const second = compiled(moved, first);
  assert.deepEqual(urls(second), ["https://moved.example/"]);
  assert.deepEqual(urls(compiled({ ...moved, active: false }, second)), []);
  const beside = compiled({ ...moved, partners: [...moved.partners, aPartner({ id: "beside" })] }, second);
  assert.deepEqual(urls(beside), ["https://moved.example/"]);
});

test("an app at another place warns at its new place, and a mistake elsewhere is not hidden by what is taken over", () => {
  const override = aTemplate({ url: "http://p.example/?id=(advertiserId)" });
  const plain = anApp({ id: "b", integrations: [anIntegration({ templates: [override] })] });
  const first = compiled(aCatalog({ apps: [anApp({ id: "a" }), plain] }));
  const moved = compileCatalog(aCatalog({ apps: [plain] }), { hashes: testHashes }, first);
  assert.ok(moved.kind === "compiled");
  assert.match(moved.warnings[0]?.message ?? "", /^apps\[0\]\.integrations\[0\]\.templates/);
  assert.ok(!moved.compiled.receivers.has([...first.receivers.keys()][0] ?? assert.fail()));
  assert.match(refusals({ ...start, apps: [...apps, anApp({ id: "a" })] }, compiled(start))[0] ?? "", /apps\[3\]\.id/);
});

test("warnings of what is taken over are told again", () => {
  const http = aPartner({ templates: [aTemplate({ url: "http://p.example/?id=(advertiserId)" })] });
  const catalog = { ...start, partners: [http] };
  const once = compileCatalog(catalog, { hashes: testHashes });
  assert.ok(once.kind === "compiled" && once.warnings.length > 0);
  const again = compileCatalog({ ...catalog, apps: [...apps] }, { hashes: testHashes }, once.compiled);
  assert.ok(again.kind === "compiled");
  assert.deepEqual(again.warnings, once.warnings);
});
