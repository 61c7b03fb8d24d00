import assert from "node:assert/strict";
import test from "node:test";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";

/** What AppsFlyer's pages say of privacy templates, rejected events, double attribution and SKAN, through the whole compiler. */

const compiledApp = (app: Parameters<typeof anApp>[0], catalog: Partial<Catalog> = {}): CompiledApp => {
  const compilation = compileCatalog(aCatalog({ ...catalog, apps: [anApp(app)] }), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [compiled] = compilation.compiled.apps.values();
  assert.ok(compiled !== undefined);
  return compiled;
};

const queriesOf = (app: CompiledApp, event: Parameters<typeof urlsOf>[1]) =>
  urlsOf(app, event).map((address) => Object.fromEntries(new URL(address).searchParams));

test("Advanced Privacy: a user who limits tracking goes out by the privacy template, without ids and with times rounded down to the hour", () => {
  const normal = "https://partner.example/?id=(idfa)&t=(install-ts)&e=(timestamp)";
  const privacy =
    "https://partner.example/?id=(random-str)&t=(install-ts-hour-floor)&c=(click-ts-hour-floor)&e=(event-ts-hour-floor)";
  const app = compiledApp(
    { integrations: [anIntegration({})] },
    {
      partners: [
        aPartner({ templates: [aTemplate({ url: normal }), { ...aTemplate({ url: privacy }), privacy: true }] }),
      ],
    },
  );
  const purchase = (att: number) =>
    anEvent({
      time: Date.UTC(2026, 0, 14, 12, 34, 56, 789),
      fields: {
        platform: "ios",
        os_version: "16.1",
        att,
        idfa: "A7071198-3848-40A5-B3D0-94578D9BZZZZ",
        install_time: Date.UTC(2026, 0, 14, 9, 59, 59, 999),
        attributed_touch_time: Date.UTC(2026, 0, 14, 9, 0, 0),
      },
    });
  const [open] = queriesOf(app, purchase(3));
  assert.deepEqual(open, {
    id: "A7071198-3848-40A5-B3D0-94578D9BZZZZ",
    t: "2026-01-14 09:59:59.999",
    e: "2026-01-14 12:34:56.789",
  });
  const [limited] = queriesOf(app, purchase(2));
  assert.match(limited?.["id"] ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(
    [limited?.["t"], limited?.["c"], limited?.["e"]],
    ["2026-01-14 09:00:00.000", "2026-01-14 09:00:00.000", "2026-01-14 12:00:00.000"],
  );
});

test("a rejected install goes to the same endpoint with its extra parameters, where rejected events are taken", () => {
  const url =
    "https://partner.example/?reject_reason=(blocked-reason)&reject_reason_value=(blocked-reason-value)&sub=(blocked-sub-reason)&is_rejected=(is-rejected)";
  const appThat = (rejectedEvents: boolean) =>
    compiledApp(
      { integrations: [anIntegration({ inApp: { rejectedEvents } })] },
      { partners: [aPartner({ templates: [{ ...aTemplate({ url }), eventKind: "install" }] })] },
    );
  const install = anEvent({
    type: "install",
    name: "install",
    fields: { blocked_reason: "site_blacklist", blocked_reason_value: "1123456", blocked_sub_reason: "no_touch" },
  });
  assert.deepEqual(queriesOf(appThat(true), install), [
    { reject_reason: "site_blacklist", reject_reason_value: "1123456", sub: "no_touch", is_rejected: "1" },
  ]);
  assert.deepEqual(codesOf(appThat(false), install), ["kind_off"]);
});

test("double attribution: partner_only may match either row, all_sources the primary one alone", () => {
  const rows = (mediaSource: string) =>
    [true, false].map((isPrimary) =>
      anEvent({ fields: { media_source: mediaSource, is_primary_attribution: isPrimary } }),
    );
  const appFor = (sendFor: "partner_only" | "all_sources") =>
    compiledApp({ integrations: [anIntegration({ mappings: [aMapping({ sendFor })] })] });
  const codes = (app: CompiledApp, mediaSource: string) => rows(mediaSource).flatMap((row) => codesOf(app, row));
  const [own] = aPartner({}).mediaSources;
  assert.deepEqual(codes(appFor("partner_only"), own ?? ""), ["match", "match"]);
  assert.deepEqual(codes(appFor("partner_only"), "other_int"), ["not_attributed", "not_attributed"]);
  assert.deepEqual(codes(appFor("all_sources"), "other_int"), ["match", "not_attributed"]);
});

test("seed 003: events mapped for a partner are mapped for SKAN postbacks too", () => {
  const url = "https://partner.example/skan?event=(mapped-iae)";
  const app = compiledApp(
    {
      integrations: [
        anIntegration({
          mappings: [aMapping({ eventName: "af_purchase", partnerEvent: "purchase", sendFor: "all_sources" })],
        }),
      ],
    },
    { partners: [aPartner({ templates: [{ ...aTemplate({ url }), eventKind: "skan_postback" }] })] },
  );
  const skan = (name: string) => anEvent({ type: "skan_postback", name });
  assert.deepEqual(queriesOf(app, skan("af_purchase")), [{ event: "purchase" }]);
  assert.deepEqual(codesOf(app, skan("level_up")), ["not_mapped"]);
});
