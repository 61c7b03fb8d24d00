import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog, DataSharing, MappingMethod } from "#src/core/catalog/catalog.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";

/** The worked examples of seed 003, by name, through the whole compiler: catalog, dialect, templates. */

function compiledApp(app: Parameters<typeof anApp>[0] = {}, catalog: Partial<Catalog> = {}): CompiledApp {
  const compilation = compileCatalog(aCatalog({ ...catalog, apps: [anApp(app)] }), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [compiled] = compilation.compiled.apps.values();
  assert.ok(compiled !== undefined);
  return compiled;
}

const appWithWindow = (days: number) =>
  compiledApp({ integrations: [anIntegration({ inApp: { window: { kind: "days", days } } })] });

test("window, January 1 to 18: judged by the window as set now, and installs before a change too", () => {
  const installedAt = Date.UTC(2026, 0, 1, 9);
  const purchaseOn = (day: number) =>
    anEvent({ time: Date.UTC(2026, 0, day, 9), fields: { install_time: installedAt } });
  assert.deepEqual(codesOf(appWithWindow(15), purchaseOn(1)), ["match"]);
  // January 2: the window is changed to 10 days. January 14: the purchase is not sent.
  assert.deepEqual(codesOf(appWithWindow(10), purchaseOn(14)), ["outside_window"]);
  // January 15: the window is changed to 20 days. January 18: the purchase is sent.
  assert.deepEqual(codesOf(appWithWindow(20), purchaseOn(18)), ["match"]);
});

test("level_up with level 5 is sent, with 6 and with af_level it is not", () => {
  const app = compiledApp({
    integrations: [
      anIntegration({
        mappings: [aMapping({ eventName: "level_up", conditions: [{ property: "level", value: "5" }] })],
      }),
    ],
  });
  const levelUp = (value: string) => anEvent({ name: "level_up", value });
  assert.deepEqual(codesOf(app, levelUp('{"level":"5"}')), ["match"]);
  assert.deepEqual(codesOf(app, levelUp('{"level":5}')), ["match"]);
  assert.deepEqual(codesOf(app, levelUp('{"level":"6"}')), ["condition_unmet"]);
  assert.deepEqual(codesOf(app, levelUp('{"af_level":"5"}')), ["condition_unmet"]);
});

test("the three levels of data sharing, as postbacks", () => {
  const url = "https://partner.example/?v=(event-value)&m=(monetary)&c=(currency)";
  const sent = (dataSharing: DataSharing) => {
    const [address = ""] = urlsOf(
      compiledApp(
        { integrations: [anIntegration({ mappings: [aMapping({ dataSharing })] })] },
        { partners: [aPartner({ templates: [aTemplate({ url })] })] },
      ),
      anEvent({ value: '{"af_revenue": 50.87, "af_currency": "USD", "af_level": 2, "af_receipt_id": 57601333}' }),
    );
    return Object.fromEntries(new URL(address).searchParams);
  };
  assert.deepEqual(sent("none"), { v: "N/A", m: "N/A", c: "N/A" });
  assert.deepEqual(sent("values_without_revenue"), {
    v: '{"af_revenue": "N/A", "af_currency": "N/A", "af_level": 2, "af_receipt_id": 57601333}',
    m: "N/A",
    c: "N/A",
  });
  assert.deepEqual(sent("values_and_revenue"), {
    v: '{"af_revenue": 50.87, "af_currency": "USD", "af_level": 2, "af_receipt_id": 57601333}',
    m: "50.87",
    c: "USD",
  });
});

test("as is, all never takes af_app_opened, uninstalls and sessions; a chosen list takes what it names", () => {
  const asIs = (mappingMethod: MappingMethod) =>
    compiledApp({
      integrations: [anIntegration({ inApp: { mappingMethod }, mappings: [aMapping({ eventName: "af_app_opened" })] })],
    });
  const excluded = [anEvent({ name: "af_app_opened" }), anEvent({ type: "uninstall" }), anEvent({ type: "session" })];
  for (const event of excluded) assert.deepEqual(codesOf(asIs("as_is_all"), event), ["excluded_event"]);
  assert.deepEqual(codesOf(asIs("as_is_all"), anEvent({ name: "anything" })), ["match"]);
  assert.deepEqual(codesOf(asIs("as_is_selected"), anEvent({ name: "af_app_opened" })), ["match"]);
  assert.deepEqual(codesOf(asIs("as_is_selected"), anEvent({ name: "anything" })), ["not_mapped"]);
});

test("event names are case-sensitive", () => {
  assert.deepEqual(codesOf(compiledApp(), anEvent({ name: "Purchase" })), ["not_mapped"]);
  assert.deepEqual(codesOf(compiledApp(), anEvent({ name: "purchase" })), ["match"]);
});
