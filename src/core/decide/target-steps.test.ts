import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventMapping, Grant } from "#src/core/catalog/catalog.ts";
import { aGrant, aMapping, anAccount, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { nothingShown } from "./verdict.ts";

const mapped = (...mappings: Partial<EventMapping>[]) =>
  aCompiledApp({
    integrations: [
      anIntegration({ mappings: mappings.map((parts, index) => aMapping({ ...parts, id: `m${index}` })) }),
    ],
  });

test("a mapping switched off skips for itself alone", () => {
  assert.deepEqual(codesOf(mapped({ active: false }, {}), anEvent()), ["mapping_off", "match"]);
});

test("partner_only takes what is attributed to one of the partner's media sources, never organic", () => {
  const app = aCompiledApp(
    {
      integrations: [
        anIntegration({ installPostbacks: "partner_only", mappings: [aMapping({ sendFor: "partner_only" })] }),
      ],
    },
    { partners: [aPartner({ mediaSources: ["net_a", "net_a2", "organic"] })] },
  );
  for (const type of ["in_app_event", "install"] as const) {
    const code = (mediaSource: string) =>
      codesOf(app, anEvent({ type, name: "purchase", fields: { media_source: mediaSource } }));
    assert.deepEqual(code("net_a"), ["match"]);
    assert.deepEqual(code("net_a2"), ["match"]);
    assert.deepEqual(code("Net_A"), ["not_attributed"]);
    assert.deepEqual(code("organic"), ["not_attributed"]);
    assert.deepEqual(codesOf(app, anEvent({ type, name: "purchase" })), ["not_attributed"]);
  }
});

test("of a double attribution partner_only may take either row, all_sources the primary one only", () => {
  const app = mapped({ sendFor: "partner_only" }, { sendFor: "all_sources" });
  const row = (isPrimary: boolean) =>
    anEvent({ fields: { media_source: "examplenetwork_int", is_primary_attribution: isPrimary } });
  assert.deepEqual(codesOf(app, row(true)), ["match", "match"]);
  assert.deepEqual(codesOf(app, row(false)), ["match", "not_attributed"]);
});

const within = (days: number) =>
  aCompiledApp({ integrations: [anIntegration({ inApp: { window: { kind: "days", days } } })] });

test("exactly at the end of the window counts, a millisecond later does not, and before the install does", () => {
  const after = (ms: number) => codesOf(within(10), anEvent({ time: noon + ms, fields: { install_time: noon } }));
  assert.deepEqual(after(10 * dayMs), ["match"]);
  assert.deepEqual(after(10 * dayMs + 1), ["outside_window"]);
  assert.deepEqual(after(-5_000), ["match"]);
});

test("an event counts up to one day before its install, and earlier ones are of another install", () => {
  const before = (early: number) =>
    codesOf(
      aCompiledApp({ integrations: [anIntegration({ inApp: { window: { kind: "days", days: 10 } } })] }),
      anEvent({ time: noon - early, fields: { install_time: noon } }),
    );
  assert.deepEqual(before(dayMs), ["match"]);
  assert.deepEqual(before(dayMs + 1), ["outside_window"]);
});

test("without a time of conversion a window of days skips, a lifetime one never asks", () => {
  assert.deepEqual(codesOf(within(10), anEvent()), ["conversion_unknown"]);
  assert.deepEqual(codesOf(aCompiledApp(), anEvent()), ["match"]);
});

test("the window counts from the conversion that the install record tells", () => {
  const event = anEvent({
    time: noon + 12 * dayMs,
    fields: { install_time: noon },
    enrichment: {
      version: 1,
      conversionAt: noon + 5 * dayMs,
      conversionKind: "re_engagement",
      fields: {},
      lifecycle: {},
    },
  });
  assert.deepEqual(codesOf(within(10), event), ["match"]);
});

test("a conversion starts the window and is not judged by it, nor is a SKAN postback without a time", () => {
  assert.deepEqual(codesOf(within(1), anEvent({ type: "install", fields: { install_time: noon - 5 * dayMs } })), [
    "match",
  ]);
  const skan = aCompiledApp(
    { integrations: [anIntegration({ inApp: { window: { kind: "days", days: 1 } } })] },
    { partners: [aPartner({ templates: [aTemplate({ eventKind: "skan_postback" })] })] },
  );
  const postback = anEvent({ type: "skan_postback", name: "purchase" });
  assert.deepEqual(codesOf(skan, postback), ["match"]);
  assert.equal(skan.decide(postback, nothingShown).waitsForInstall, false);
});

const granted = (grant: Partial<Omit<Grant, "accountId">> | null) =>
  aCompiledApp(
    { integrations: [anIntegration({ configurator: "agency" })], grants: grant === null ? [] : [aGrant(grant)] },
    {
      accounts: [anAccount({ afPrtNames: ["prt"] })],
      partners: [
        aPartner({ templates: [aTemplate({ url: "<value>" }), aTemplate({ eventKind: "install", url: "i" })] }),
      ],
    },
  );

test("an agency sends what it is granted: the event by name, its own attribution, installs with any grant", () => {
  const ofAgency = anEvent({ fields: { af_prt: "prt", media_source: "other" } });
  const ofPartner = anEvent({ fields: { af_prt: "prt", media_source: "examplenetwork_int" } });
  const install = anEvent({ type: "install", fields: { af_prt: "prt" } });
  assert.deepEqual(codesOf(granted(null), ofPartner), ["not_granted"]);
  assert.deepEqual(codesOf(granted(null), install), ["not_granted"]);
  assert.deepEqual(codesOf(granted({ eventNames: ["level_up"] }), ofPartner), ["not_granted"]);
  assert.deepEqual(codesOf(granted({ eventNames: ["level_up"] }), install), ["match"]);
  assert.deepEqual(codesOf(granted({ eventNames: ["purchase"] }), ofPartner), ["match"]);
  assert.deepEqual(codesOf(granted({ shareEvents: "attributed_only" }), ofAgency), ["not_granted"]);
  assert.deepEqual(codesOf(granted({ shareEvents: "attributed_only" }), ofPartner), ["match"]);
  assert.deepEqual(codesOf(granted({ shareEvents: "all" }), ofAgency), ["match"]);
});

test("a grant without revenue is a ceiling: values without revenue at most", () => {
  const event = anEvent({ fields: { af_prt: "prt" }, value: '{"af_revenue":5,"level":2}' });
  assert.deepEqual(urlsOf(granted({ shareRevenue: true }), event), ['{"af_revenue":5,"level":2}']);
  assert.deepEqual(urlsOf(granted({ shareRevenue: false }), event), ['{"af_revenue":"N/A","level":2}']);
  const none = aCompiledApp(
    {
      integrations: [anIntegration({ configurator: "agency", mappings: [aMapping({ dataSharing: "none" })] })],
      grants: [aGrant({ shareRevenue: false })],
    },
    {
      accounts: [anAccount({ afPrtNames: ["prt"] })],
      partners: [aPartner({ templates: [aTemplate({ url: "<value>" })] })],
    },
  );
  assert.deepEqual(urlsOf(none, event), ["N/A"]);
});

test("a condition compares as text, any one suffices, and objects, arrays and nested members never hold", () => {
  const app = mapped({
    conditions: [
      { property: "level", value: "5" },
      { property: "plan", value: "pro" },
    ],
  });
  const code = (value: string | undefined) => codesOf(app, anEvent(value === undefined ? {} : { value }))[0];
  assert.equal(code('{"level":5}'), "match");
  assert.equal(code('{"level":"5"}'), "match");
  assert.equal(code('{"level":6,"plan":"pro"}'), "match");
  assert.equal(code('{"level":6,"level":5}'), "match");
  for (const value of [
    '{"level":"05"}',
    '{"level":5.0}',
    '{"level":[5]}',
    '{"level":{"a":5}}',
    '{"a":{"level":5}}',
    '{"level":null}',
    "{}",
  ]) {
    assert.equal(code(value), "condition_unmet", value);
  }
  assert.equal(code(undefined), "condition_unmet");
  assert.equal(
    codesOf(mapped({ conditions: [{ property: "flag", value: "true" }] }), anEvent({ value: '{"flag":true}' }))[0],
    "match",
  );
  assert.equal(
    codesOf(mapped({ conditions: [{ property: "l", value: "[5]" }] }), anEvent({ value: '{"l":[5]}' }))[0],
    "condition_unmet",
  );
});

test("a condition of an agency sees what its grant lets it see, and an explanation tells no more", () => {
  const value = '{"af_revenue":"N/A","level":2,"held":"{\\"price\\":5}"}';
  const paid = value.replace("N/A", "5");
  const asking = (shareRevenue: boolean, property: string, wanted: string) =>
    aCompiledApp(
      {
        integrations: [
          anIntegration({
            configurator: "agency",
            mappings: [aMapping({ conditions: [{ property, value: wanted }] })],
          }),
        ],
        grants: [aGrant({ shareRevenue })],
      },
      { accounts: [anAccount({ afPrtNames: ["prt"] })] },
    );
  const codeOf = (app: ReturnType<typeof asking>, text: string) =>
    codesOf(app, anEvent({ fields: { af_prt: "prt" }, value: text }))[0];
  assert.equal(codeOf(asking(true, "af_revenue", "5"), paid), "match");
  assert.equal(codeOf(asking(false, "af_revenue", "5"), paid), "condition_unmet");
  assert.equal(codeOf(asking(false, "af_revenue", "N/A"), value), "condition_unmet");
  assert.equal(codeOf(asking(false, "level", "2"), paid), "match");
  assert.equal(codeOf(asking(false, "held", '{"price":5}'), paid), "condition_unmet");
  const event = anEvent({ fields: { af_prt: "prt" }, value: '{"af_revenue":98765.4321}' });
  const told = JSON.stringify(asking(false, "af_revenue", "5").explain(event, nothingShown));
  assert.match(told, /af_revenue is not granted/);
  assert.doesNotMatch(told, /98765/);
});

test("a condition sees what is not shared: sharing is a matter of what goes out", () => {
  const app = mapped({ dataSharing: "none", conditions: [{ property: "af_revenue", value: "50.87" }] });
  assert.deepEqual(codesOf(app, anEvent({ value: '{"af_revenue":50.87}' })), ["match"]);
});

test("sharing_filter names the partner, one of its media sources, or all", () => {
  const app = aCompiledApp({}, { partners: [aPartner({ mediaSources: ["net_a"] })] });
  const code = (sharingFilter: readonly string[] | "all") => codesOf(app, anEvent({ sharingFilter }));
  assert.deepEqual(code("all"), ["sharing_filtered"]);
  assert.deepEqual(code(["x", "examplenetwork_int"]), ["sharing_filtered"]);
  assert.deepEqual(code(["net_a"]), ["sharing_filtered"]);
  assert.deepEqual(code(["x"]), ["match"]);
});

test("consent: a refusal is one in every form, silence is yes unless the app asks for a yes", () => {
  const free = aCompiledApp();
  const asking = aCompiledApp({ requiresConsent: true });
  const both = (event: Parameters<typeof anEvent>[0]) =>
    [codesOf(free, anEvent(event)), codesOf(asking, anEvent(event))].flat();
  assert.deepEqual(both({}), ["match", "consent_denied"]);
  const denied = ["consent_denied", "consent_denied"];
  assert.deepEqual(both({ consent: { manual: { gdpr_applies: true, ad_user_data_enabled: false } } }), denied);
  assert.deepEqual(
    both({ consent: { manual: { ad_user_data_enabled: true, ad_personalization_enabled: "false" } } }),
    denied,
  );
  assert.deepEqual(both({ consent: { ad_personalization_enabled: 0 } }), denied);
  assert.deepEqual(both({ extra: { gdpr_applies: 1, ad_user_data_enabled: false } }), denied);
  const given = ["match", "match"];
  assert.deepEqual(both({ consent: { manual: { gdpr_applies: true, ad_user_data_enabled: true } } }), given);
  assert.deepEqual(both({ consent: { manual: { gdpr_applies: false, ad_user_data_enabled: false } } }), given);
  assert.deepEqual(both({ consent: { tcf: { gdpr_applies: 0, tcstring: "C" } } }), given);
  assert.deepEqual(both({ consent: { tcf: { gdpr_applies: 1, tcstring: "C" } } }), ["match", "consent_denied"]);
});

test("a template that asks to skip without a value skips, one that cannot be rendered makes a dead postback", () => {
  const made = (url: string) => {
    const app = aCompiledApp({}, { partners: [aPartner({ templates: [aTemplate({ url })] })] });
    return [...codesOf(app, anEvent()), ...urlsOf(app, anEvent())];
  };
  assert.deepEqual(made("lacks"), ["macro_missing"]);
  assert.deepEqual(made("faults"), ["match", "dead: cannot be rendered"]);
  assert.deepEqual(made("throws"), ["match", "dead: a bug of ours"]);
});

test("a skip that an install record could change waits for one, any other does not", () => {
  const waits = (parts: Parameters<typeof anIntegration>[0], event: Parameters<typeof anEvent>[0] = {}) =>
    aCompiledApp(
      { integrations: [anIntegration(parts)], grants: [aGrant({ shareEvents: "attributed_only" })] },
      { accounts: [anAccount({ afPrtNames: ["prt"] })] },
    ).decide(anEvent(event), nothingShown).waitsForInstall;
  const partnerOnly = { mappings: [aMapping({ sendFor: "partner_only" })] };
  const windowed = { inApp: { window: { kind: "days", days: 5 } } } as const;
  assert.equal(waits(partnerOnly), true);
  assert.equal(waits(windowed), true);
  assert.equal(waits({ configurator: "agency" }), true);
  assert.equal(waits({ configurator: "agency" }, { fields: { af_prt: "prt" } }), true);
  assert.equal(waits({}), false);
  assert.equal(waits(partnerOnly, { fields: { media_source: "other" } }), false);
  assert.equal(waits({ configurator: "agency" }, { fields: { af_prt: "other" } }), false);
  assert.equal(waits({ ...partnerOnly, installPostbacks: "partner_only" }, { type: "install" }), false);
  const known = { version: 1, conversionAt: noon, conversionKind: "install", fields: {}, lifecycle: {} } as const;
  assert.equal(waits(partnerOnly, { enrichment: known }), false);
  // Nothing to wait for where another step would skip the event all the same.
  assert.equal(
    waits({ mappings: [aMapping({ sendFor: "partner_only", conditions: [{ property: "a", value: "1" }] })] }),
    false,
  );
  assert.equal(waits({ configurator: "agency", mappings: [] }), false);
  assert.equal(waits({ ...windowed, active: false }), false);
});
