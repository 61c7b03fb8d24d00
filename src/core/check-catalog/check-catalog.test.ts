import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog, Integration, Partner } from "#src/core/catalog/catalog.ts";
import { pathText } from "#src/core/problem.ts";
import {
  aCatalog,
  aCondition,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { checkCatalog } from "./check-catalog.ts";

const told = (catalog: Catalog): readonly string[] =>
  checkCatalog(catalog).problems.map(({ path, code }) => `${pathText(path)} ${code}`);
const warned = (catalog: Catalog): readonly string[] =>
  checkCatalog(catalog).warnings.map(({ path, code }) => `${pathText(path)} ${code}`);
const withIntegrations = (...integrations: Integration[]) => aCatalog({ apps: [anApp({ integrations })] });
const withMappings = (...mappings: ReturnType<typeof aMapping>[]) => withIntegrations(anIntegration({ mappings }));
const withPartner = (parts: Partial<Omit<Partner, "id">>) => aCatalog({ partners: [aPartner(parts)] });

test("a catalog as the builders make it has no problems", () => {
  assert.deepEqual(told(aCatalog()), []);
  assert.deepEqual(warned(aCatalog()), []);
});

test("every message begins with the path, and names the fix", () => {
  const [problem] = checkCatalog(withIntegrations(anIntegration({ partnerId: "nobody" }))).problems;
  assert.equal(problem?.message, "apps[0].integrations[0].partner_id: there is no partner nobody; add it to partners");
});

test("a custom event is named once, and its partner is there", () => {
  const customEvents = [
    { name: "a", createdUnder: null },
    { name: "a", createdUnder: aPartner().id },
    { name: "b", createdUnder: aPartner({ id: "nobody" }).id },
  ];
  assert.deepEqual(told(aCatalog({ apps: [anApp({ customEvents })] })), [
    "apps[0].custom_events[1].name catalog.duplicate_id",
    "apps[0].custom_events[2].created_under catalog.unknown_reference",
  ]);
  const many = Array.from({ length: 501 }, (_none, index) => ({ name: `e${index}`, createdUnder: null }));
  assert.deepEqual(told(aCatalog({ apps: [anApp({ customEvents: many })] })), [
    "apps[0].custom_events catalog.too_many",
  ]);
});

test("ids are given once, within what they are ids of", () => {
  assert.deepEqual(told(aCatalog({ accounts: [anAccount(), anAccount({ afPrtNames: [] })] })), [
    "accounts[1].id catalog.duplicate_id",
  ]);
  assert.deepEqual(told(aCatalog({ partners: [aPartner(), aPartner()] })), ["partners[1].id catalog.duplicate_id"]);
  assert.deepEqual(told(aCatalog({ apps: [anApp(), anApp()] })), ["apps[1].id catalog.duplicate_id"]);
  assert.deepEqual(told(withMappings(aMapping(), aMapping())), [
    "apps[0].integrations[0].mappings[1].id catalog.duplicate_id",
  ]);
  assert.deepEqual(told(withIntegrations(anIntegration(), anIntegration())), [
    "apps[0].integrations[1].partner_id catalog.duplicate_id",
  ]);
});

test("ids hold nothing that parts them in a key", () => {
  assert.deepEqual(told(aCatalog({ accounts: [anAccount({ id: "a:b" })] })), ["accounts[0].id catalog.value"]);
  assert.deepEqual(told(aCatalog({ partners: [aPartner(), aPartner({ id: "a b" })] })), [
    "partners[1].id catalog.value",
  ]);
  for (const id of ["", "game\ud800"])
    assert.deepEqual(told(aCatalog({ apps: [anApp({ id })] })), ["apps[0].id catalog.value"]);
  assert.deepEqual(told(withMappings(aMapping({ id: "a/b" }))), [
    "apps[0].integrations[0].mappings[0].id catalog.value",
  ]);
});

test("a name of af_prt is one agency's", () => {
  const accounts = [anAccount({ id: "x", afPrtNames: ["p", "p"] }), anAccount({ id: "y", afPrtNames: ["q", "p"] })];
  assert.deepEqual(told(aCatalog({ accounts })), ["accounts[1].af_prt_names catalog.duplicate_id"]);
});

test("partners and accounts that are named are there, and of the right kind", () => {
  assert.deepEqual(told(withIntegrations(anIntegration({ partnerId: "x" }))), [
    "apps[0].integrations[0].partner_id catalog.unknown_reference",
  ]);
  assert.deepEqual(told(withIntegrations(anIntegration({ configurator: "x" }))), [
    "apps[0].integrations[0].configurator catalog.unknown_reference",
  ]);
  const advertiser = anAccount({ kind: "advertiser" });
  const own = anApp({ integrations: [anIntegration({ configurator: "agency" })] });
  assert.deepEqual(told(aCatalog({ accounts: [advertiser], apps: [own] })), [
    "apps[0].integrations[0].configurator catalog.value",
  ]);
  const grants = [aGrant(), aGrant({ accountId: "x" }), aGrant()];
  assert.deepEqual(told(aCatalog({ accounts: [advertiser], apps: [anApp({ grants })] })), [
    "apps[0].grants[0].account_id catalog.value",
    "apps[0].grants[1].account_id catalog.unknown_reference",
    "apps[0].grants[2].account_id catalog.value",
    "apps[0].grants[2].account_id catalog.duplicate_id",
  ]);
});

test("an agency's integration without a grant is warned of", () => {
  const integrations = [anIntegration({ configurator: "agency" })];
  const accounts = [anAccount()];
  assert.deepEqual(warned(aCatalog({ accounts, apps: [anApp({ integrations })] })), [
    "apps[0].integrations[0].configurator catalog.grant_missing",
  ]);
  assert.deepEqual(warned(aCatalog({ accounts, apps: [anApp({ integrations, grants: [aGrant()] })] })), []);
});

test("a mapping has at most five conditions, each with a property, and an event name", () => {
  const conditions = (count: number) => Array.from({ length: count }, (_, index) => aCondition("level", String(index)));
  assert.deepEqual(told(withMappings(aMapping({ conditions: conditions(5) }))), []);
  assert.deepEqual(told(withMappings(aMapping({ conditions: conditions(6) }))), [
    "apps[0].integrations[0].mappings[0].conditions catalog.too_many",
  ]);
  assert.deepEqual(told(withMappings(aMapping({ eventName: "", id: "m", conditions: [aCondition("", "1")] }))), [
    "apps[0].integrations[0].mappings[0].event_name catalog.missing",
    "apps[0].integrations[0].mappings[0].conditions[0].property catalog.missing",
  ]);
});

test("a pick list picks from the partner's predefined events", () => {
  const picked = (partnerEvent: string, mappingMethod: "pick_list" | "free_text") =>
    told({
      ...withIntegrations(anIntegration({ inApp: { mappingMethod }, mappings: [aMapping({ partnerEvent })] })),
      partners: [aPartner({ predefinedEvents: ["buy", "level"] })],
    });
  assert.deepEqual(picked("buy", "pick_list"), []);
  assert.deepEqual(picked("other", "pick_list"), [
    "apps[0].integrations[0].mappings[0].partner_event catalog.unknown_reference",
  ]);
  assert.deepEqual(picked("other", "free_text"), []);
});

test("mappings beside as_is_all are warned of: nothing looks at them", () => {
  assert.deepEqual(warned(withIntegrations(anIntegration({ inApp: { mappingMethod: "as_is_all" } }))), [
    "apps[0].integrations[0].mappings catalog.mapping_unused",
  ]);
});

test("whom and what *as is* shares is warned of where mappings share less: they do not take it from there", () => {
  const loud = { sendFor: "all_sources", dataSharing: "values_and_revenue" } as const;
  const told = (inApp: object, mapping: object) =>
    warned(
      withIntegrations(
        anIntegration({ inApp: { ...loud, mappingMethod: "free_text", ...inApp }, mappings: [aMapping(mapping)] }),
      ),
    );
  const place = "apps[0].integrations[0].in_app_postbacks";
  assert.deepEqual(told({}, { sendFor: "partner_only", dataSharing: "none" }), [
    `${place}.send_for catalog.sending_unused`,
    `${place}.data_sharing catalog.sending_unused`,
  ]);
  assert.deepEqual(told({}, loud), []);
  assert.deepEqual(told({ sendFor: "partner_only", dataSharing: "none" }, loud), []);
});

test("an integration fills in the partner's parameters, all and no others", () => {
  const parameters = (given: Record<string, string>) =>
    told({
      ...withIntegrations(anIntegration({ parameters: given })),
      partners: [aPartner({ parameters: ["account", "token"] })],
    });
  assert.deepEqual(parameters({ account: "a", token: "t" }), []);
  assert.deepEqual(parameters({ account: "", extra: "x" }), [
    "apps[0].integrations[0].parameters.account catalog.missing",
    "apps[0].integrations[0].parameters.token catalog.missing",
    "apps[0].integrations[0].parameters.extra catalog.unknown_field",
  ]);
  assert.deepEqual(told(withIntegrations(anIntegration({ parameters: { x: "1" } }))), [
    "apps[0].integrations[0].parameters.x catalog.unknown_field",
  ]);
  assert.deepEqual(told(withPartner({ parameters: ["a", "a"] })).slice(0, 1), [
    "partners[0].parameters[1] catalog.duplicate_id",
  ]);
});

test("a window is whole days, or lifetime", () => {
  const window = (days: number) => told(withIntegrations(anIntegration({ inApp: { window: { kind: "days", days } } })));
  assert.deepEqual(window(1), []);
  for (const days of [0, -1, 1.5, Number.NaN, 36_501]) {
    assert.deepEqual(window(days), ["apps[0].integrations[0].in_app_postbacks.window catalog.value"], String(days));
  }
});

test("one template for each case, of a partner and of an override", () => {
  const templates = [
    aTemplate(),
    aTemplate({ platform: "ios" }),
    aTemplate({ privacy: true }),
    aTemplate({ url: "https://x.example" }),
  ];
  assert.deepEqual(told(withPartner({ templates })), ["partners[0].templates[3].event_kind catalog.duplicate_id"]);
  assert.deepEqual(told(withIntegrations(anIntegration({ templates }))), [
    "apps[0].integrations[0].templates[3].event_kind catalog.duplicate_id",
  ]);
});

test("retry policies, success tests and limits stay within what a server can hold", () => {
  const { retryPolicy, limits } = aPartner();
  const policy = (parts: Partial<typeof retryPolicy>) =>
    told(withPartner({ retryPolicy: { ...retryPolicy, ...parts } }));
  assert.deepEqual(policy({ delaysMs: [-1, 0, 8 * 86_400_000] }), [
    "partners[0].retry_policy.delays[0] catalog.value",
    "partners[0].retry_policy.delays[2] catalog.value",
  ]);
  assert.deepEqual(policy({ delaysMs: Array.from({ length: 51 }, () => 1) }), [
    "partners[0].retry_policy.delays catalog.too_many",
  ]);
  assert.deepEqual(policy({ timeoutMs: 99 }), ["partners[0].retry_policy.timeout catalog.value"]);
  assert.deepEqual(policy({ retryOn: { ...retryPolicy.retryOn, statuses: [[500, 499]] } }), [
    "partners[0].retry_policy.retry_on.statuses[0] catalog.value",
  ]);
  assert.deepEqual(told(withPartner({ success: { statuses: [[99, 200]], body: { kind: "any" } } })), [
    "partners[0].success.statuses[0] catalog.value",
  ]);
  assert.deepEqual(told(withPartner({ success: { statuses: [], body: { kind: "any" } } })), [
    "partners[0].success.statuses catalog.value",
  ]);
  assert.deepEqual(told(withPartner({ limits: { ...limits, inFlightMax: 0 } })), [
    "partners[0].limits.in_flight_max catalog.value",
  ]);
  for (const ratePerSecond of [0, Number.NaN, 1e9]) {
    assert.deepEqual(told(withPartner({ limits: { ...limits, ratePerSecond } })), [
      "partners[0].limits.rate_per_second catalog.value",
    ]);
  }
  assert.deepEqual(told(withPartner({ limits: { ...limits, ratePerSecond: 0.5 } })), []);
  assert.deepEqual(told(withPartner({ expiresAfterMs: 0 })), ["partners[0].expires_after catalog.value"]);
  assert.deepEqual(told(withPartner({ expiresAfterMs: 48 * 3_600_000 })), []);
  assert.deepEqual(told(withPartner({ expiresAfterMs: 36_500 * 86_400_000 })), []);
  assert.deepEqual(told(withPartner({ expiresAfterMs: 36_501 * 86_400_000 })), [
    "partners[0].expires_after catalog.value",
  ]);
});

test("headers for the ids have names that can be sent, each its own, and none of a template", () => {
  const idHeaders = (postbackId: string, attempt: string) => told(withPartner({ idHeaders: { postbackId, attempt } }));
  assert.deepEqual(idHeaders("x-id", "x-attempt"), []);
  for (const name of ["", "x id", "x\r\ny: 1", "content-length", "Host", "content-type", "é"]) {
    assert.deepEqual(idHeaders(name, "x-attempt"), ["partners[0].id_headers.postback_id catalog.value"], name);
  }
  assert.deepEqual(idHeaders("x-id", "X-Id"), ["partners[0].id_headers.attempt catalog.value"]);
  const templates = [aTemplate({ headers: [{ name: "X-Id", value: "1" }] })];
  const taken = { postbackId: "x-id", attempt: "x-attempt" };
  assert.deepEqual(told(withPartner({ templates, idHeaders: taken })), [
    "partners[0].id_headers.postback_id catalog.value",
  ]);
  const overriding = aCatalog({
    partners: [aPartner({ idHeaders: taken })],
    apps: [anApp({ integrations: [anIntegration({ templates })] })],
  });
  assert.deepEqual(told(overriding), ["apps[0].integrations[0].templates[0].headers[0].name catalog.value"]);
  const without = { ...overriding, partners: [aPartner({ idHeaders: null })] };
  assert.deepEqual(told(without), []);
});

test("a parameter's name can stand between brackets", () => {
  for (const name of ["a b", "a)", "é", "x".repeat(65)]) {
    const catalog = aCatalog({ partners: [aPartner({ parameters: [name] })], apps: [] });
    assert.deepEqual(told(catalog), ["partners[0].parameters[0] catalog.value"], name);
  }
});

test("of two mappings that differ in their id alone the second is warned of", () => {
  assert.deepEqual(warned(withMappings(aMapping({ id: "a" }), aMapping({ id: "b" }))), [
    "apps[0].integrations[0].mappings[1] catalog.mapping_doubled",
  ]);
  assert.deepEqual(warned(withMappings(aMapping({ id: "a" }), aMapping({ id: "b", partnerEvent: "other" }))), []);
});

test("names for af_prt on an account that is no agency are warned of", () => {
  const accounts = [anAccount({ kind: "advertiser", afPrtNames: ["prt"] })];
  assert.deepEqual(warned(aCatalog({ accounts })), ["accounts[0].af_prt_names catalog.names_unused"]);
});

test("of very many mistakes the first hundred are told", () => {
  const integrations = Array.from({ length: 300 }, () => anIntegration({ partnerId: "nobody", mappings: [] }));
  assert.equal(told(withIntegrations(...integrations)).length, 100);
});

test("a doubled id of mappings that were given none is told with where it comes from", () => {
  const [problem] = checkCatalog(withMappings(aMapping(), aMapping())).problems;
  assert.match(problem?.message ?? "", /mappings\[0\] is the same; without an id of its own .* write an id/);
});
