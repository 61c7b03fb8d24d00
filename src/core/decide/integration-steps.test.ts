import assert from "node:assert/strict";
import { test } from "node:test";
import { aGrant, aMapping, anAccount, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { nothingShown } from "./verdict.ts";

test("everything, the app, the partner and the integration each switch off, and the explanation says which", () => {
  const off = {
    active: aCompiledApp({}, { active: false }),
    "apps[com.example.game].active": aCompiledApp({ active: false }),
    "partners[examplenetwork_int].active": aCompiledApp({}, { partners: [aPartner({ active: false })] }),
    "apps[com.example.game].integrations[examplenetwork_int].active": aCompiledApp({
      integrations: [anIntegration({ active: false })],
    }),
  };
  for (const [path, app] of Object.entries(off)) {
    assert.deepEqual(codesOf(app, anEvent()), ["integration_inactive"]);
    assert.equal(app.explain(anEvent(), nothingShown)[0]?.steps[0]?.setBy, path);
  }
});

test("test traffic goes only where it is taken: marked events and test devices", () => {
  const refusing = aCompiledApp({ testDevices: ["d-1"] });
  const taking = aCompiledApp({ testDevices: ["d-1"], integrations: [anIntegration({ takesTests: true })] });
  const known = {
    version: 1,
    conversionAt: 0,
    conversionKind: "install",
    fields: { idfa: "d-1" },
    lifecycle: {},
  } as const;
  const tests = [anEvent({ isTest: true }), anEvent({ fields: { device_id: "d-1" } }), anEvent({ enrichment: known })];
  for (const event of tests) {
    assert.deepEqual(codesOf(refusing, event), ["test_traffic"]);
    assert.deepEqual(codesOf(taking, event), ["match"]);
  }
  assert.deepEqual(codesOf(refusing, anEvent({ fields: { device_id: "d-2" } })), ["match"]);
});

const agencyApp = (agency: Parameters<typeof anIntegration>[0] = {}) =>
  aCompiledApp(
    {
      integrations: [anIntegration(), anIntegration({ configurator: "agency", ...agency })],
      grants: [aGrant()],
    },
    { accounts: [anAccount({ afPrtNames: ["prt", "prt2"] })] },
  );

test("an agency's event goes by the agency's integration, everything else by the advertiser's", () => {
  const app = agencyApp();
  const byAgency = ["other_configurator", "match"];
  const byAdvertiser = ["match", "other_configurator"];
  assert.deepEqual(codesOf(app, anEvent({ fields: { af_prt: "prt" } })), byAgency);
  assert.deepEqual(codesOf(app, anEvent({ fields: { af_prt: "prt2" } })), byAgency);
  assert.deepEqual(codesOf(app, anEvent({ fields: { af_prt: "somebody" } })), byAdvertiser);
  assert.deepEqual(codesOf(app, anEvent({ fields: { media_source: "organic" } })), byAdvertiser);
});

test("what is not granted names the grant of the agency, which has a time of its own", () => {
  const grantsOf = (grants: readonly ReturnType<typeof aGrant>[]) =>
    aCompiledApp({ integrations: [anIntegration({ configurator: "agency" })], grants }, { accounts: [anAccount()] })
      .explain(anEvent(), nothingShown)[0]
      ?.steps.find(({ reason }) => reason === "not_granted")?.setBy;
  assert.equal(grantsOf([]), "apps[com.example.game].grants[agency]");
  assert.equal(grantsOf([aGrant({ eventNames: ["other"] })]), "apps[com.example.game].grants[agency]");
});

test("an agency without an active integration leaves its events to the advertiser's", () => {
  const event = anEvent({ fields: { af_prt: "prt" } });
  assert.deepEqual(codesOf(agencyApp({ active: false }), event), ["match", "integration_inactive"]);
});

test("an agency of another partner's integration leaves the advertiser's events of this partner alone", () => {
  const app = aCompiledApp(
    {
      integrations: [anIntegration(), anIntegration({ partnerId: "net_b", configurator: "agency" })],
      grants: [aGrant()],
    },
    { accounts: [anAccount({ afPrtNames: ["prt"] })], partners: [aPartner(), aPartner({ id: "net_b" })] },
  );
  assert.deepEqual(codesOf(app, anEvent({ fields: { af_prt: "prt" } })), ["match", "match"]);
});

test("each kind of event has its switch", () => {
  const code = (parts: Parameters<typeof anIntegration>[0], event: Parameters<typeof anEvent>[0]) =>
    codesOf(aCompiledApp({ integrations: [anIntegration(parts)] }), anEvent(event));
  assert.deepEqual(code({ installPostbacks: "off" }, { type: "install" }), ["kind_off"]);
  assert.deepEqual(code({ installPostbacks: "off" }, {}), ["match"]);
  assert.deepEqual(code({ inApp: { active: false } }, {}), ["kind_off"]);
  assert.deepEqual(code({ inApp: { active: false } }, { type: "install" }), ["match"]);
  for (const fields of [{ is_rejected: true }, { blocked_reason: "bots" }]) {
    assert.deepEqual(code({}, { fields }), ["kind_off"]);
    assert.deepEqual(code({}, { type: "install", fields }), ["kind_off"]);
    assert.deepEqual(code({ inApp: { rejectedEvents: true } }, { fields }), ["match"]);
    assert.deepEqual(code({ inApp: { rejectedEvents: true } }, { type: "install", fields }), ["match"]);
  }
});

test("the four conversions go by the install template, without a mapping, all others by their name", () => {
  const app = aCompiledApp({ integrations: [anIntegration({ mappings: [aMapping({ eventName: "hit" })] })] });
  for (const type of ["install", "reinstall", "re_engagement", "re_attribution"] as const) {
    assert.deepEqual(codesOf(app, anEvent({ type })), ["match"], type);
  }
  for (const type of ["session", "uninstall", "message_event", "ab_test_event"] as const) {
    assert.deepEqual(codesOf(app, anEvent({ type })), ["not_mapped"], type);
  }
  assert.deepEqual(codesOf(app, anEvent({ type: "hit" })), ["match"]);
});

test("each mapping of a name that matches makes its own postback", () => {
  const level = (value: string) =>
    aMapping({ id: `m-${value}`, partnerEvent: `lvl${value}`, conditions: [{ property: "level", value }] });
  const app = aCompiledApp({
    integrations: [anIntegration({ mappings: [level("5"), level("10"), aMapping({ id: "all" })] })],
  });
  const event = anEvent({ value: { level: 10 } });
  assert.deepEqual(codesOf(app, event), ["condition_unmet", "match", "match"]);
  const { matches, decisions } = app.decide(event, nothingShown);
  assert.equal(new Set(matches.map(({ targetTag }) => targetTag)).size, 2);
  assert.deepEqual(
    decisions.map(({ targetKey }) => targetKey),
    ["integration:examplenetwork_int/m-5", "integration:examplenetwork_int/m-10", "integration:examplenetwork_int/all"],
  );
});

test("as is, the event's own name goes out; mapped, the partner's", () => {
  const { templates } = aPartner();
  const partners = [
    aPartner({ templates: templates.map(({ eventKind }) => aTemplate({ eventKind, url: "<mapped>" })) }),
  ];
  const sent = (mappingMethod: "as_is_all" | "as_is_selected" | "free_text") =>
    urlsOf(aCompiledApp({ integrations: [anIntegration({ inApp: { mappingMethod } })] }, { partners }), anEvent());
  assert.deepEqual(sent("as_is_all"), ["purchase"]);
  assert.deepEqual(sent("as_is_selected"), ["purchase"]);
  assert.deepEqual(sent("free_text"), ["p1"]);
});
