import assert from "node:assert/strict";
import test from "node:test";
import { mappingId } from "#src/core/ids.ts";
import { revenueNames } from "#src/core/money/revenue-names.ts";
import { aGrant, aMapping, anIntegration } from "#test/support/a-catalog.ts";
import { type GrantedChange, integrationProblems } from "./integration-limits.ts";

const quiet = anIntegration({
  installPostbacks: "off",
  inApp: { sendFor: "partner_only", dataSharing: "none" },
  mappings: [aMapping({ id: "m1", sendFor: "partner_only", dataSharing: "none" })],
});
const loud = anIntegration({ mappings: [aMapping({ id: "m1" })] });
const known = (name: string): boolean => name === "purchase" || name === "level_up";
const alone: GrantedChange = {
  by: "agency",
  grant: aGrant(),
  before: null,
  after: loud,
  isKnownEvent: known,
  isRevenue: revenueNames(["own_margin"]),
};
const told = (change: Partial<GrantedChange>): readonly string[] =>
  integrationProblems({ ...alone, ...change }).map(({ code, path }) => `${code} ${path.join(".")}`);

test("a refusal names its place as every other does", () => {
  const [problem] = integrationProblems({ ...alone, grant: aGrant({ eventNames: ["other"] }) });
  assert.match(problem?.message ?? "", /^mappings\[0\]\.event_name: /);
});

test("an agency with everything granted configures what it wants", () => {
  assert.deepEqual(told({}), []);
});

test("a grant of attributed events lets nothing go out for all sources", () => {
  const grant = aGrant({ shareEvents: "attributed_only" });
  const all = ["install_postbacks", "in_app_postbacks.send_for", "mappings.0.send_for"];
  assert.deepEqual(
    told({ grant }),
    all.map((path) => `grant.share_events ${path}`),
  );
  assert.deepEqual(told({ grant, after: quiet }), []);
  assert.deepEqual(told({ grant, before: loud }), [], "what stood there before stays");
});

test("without a grant of revenue no condition asks for it, by any of its names", () => {
  const asking = (...properties: readonly string[]) => {
    const conditions = properties.map((property) => ({ property, value: "5" }));
    const mapping = aMapping({ id: "m1", sendFor: "partner_only", dataSharing: "none", conditions });
    return { ...quiet, mappings: [mapping] };
  };
  const grant = aGrant({ shareRevenue: false });
  assert.deepEqual(told({ grant, after: asking("level", "af_revenue", "Own_Margin") }), [
    "grant.share_revenue mappings.0.conditions.1.property",
    "grant.share_revenue mappings.0.conditions.2.property",
  ]);
  assert.deepEqual(
    told({ grant, before: asking("price"), after: asking("price") }),
    [],
    "what stood there before stays",
  );
  assert.deepEqual(told({ after: asking("price") }), []);
  const byPartner = told({
    by: "partner",
    before: quiet,
    after: {
      ...asking("price"),
      mappings: [...quiet.mappings, ...asking("price").mappings.map((one) => ({ ...one, id: mappingId("m2") }))],
    },
  });
  assert.deepEqual(byPartner, ["grant.share_revenue mappings.1.conditions.0.property"]);
});

test("without a grant of revenue nothing shares it", () => {
  const grant = aGrant({ shareRevenue: false });
  assert.deepEqual(told({ grant }), [
    "grant.share_revenue in_app_postbacks.data_sharing",
    "grant.share_revenue mappings.0.data_sharing",
  ]);
  assert.deepEqual(told({ grant, after: quiet }), []);
  assert.deepEqual(told({ grant, before: loud }), []);
});

test("an agency maps the events that are granted, of those that the app reports", () => {
  const mapped = (eventName: string) => anIntegration({ mappings: [aMapping({ id: "m1", eventName })] });
  const some = aGrant({ eventNames: ["level_up"] });
  assert.deepEqual(told({ grant: some, after: mapped("level_up") }), []);
  assert.deepEqual(told({ grant: some, after: mapped("purchase") }), ["grant.event_names mappings.0.event_name"]);
  assert.deepEqual(told({ after: mapped("never_seen") }), ["grant.event_unknown mappings.0.event_name"]);
  assert.deepEqual(told({ before: mapped("never_seen"), after: mapped("never_seen") }), []);
  const asIs = anIntegration({ mappings: [], inApp: { mappingMethod: "as_is_all" } });
  assert.deepEqual(told({ grant: some, after: asIs }), ["grant.event_names in_app_postbacks.mapping_method"]);
  assert.deepEqual(told({ after: asIs }), []);
});

test("a partner maps by free text, sets the window and switches mappings off, and nothing else", () => {
  const partner = { by: "partner", before: quiet } as const;
  const [mapping = aMapping()] = quiet.mappings;
  const fresh = aMapping({
    id: "m2",
    eventName: "level_up",
    sendFor: "partner_only",
    dataSharing: "values_without_revenue",
  });
  const allowed = {
    ...quiet,
    inApp: { ...quiet.inApp, window: { kind: "days", days: 30 } as const },
    mappings: [{ ...mapping, active: false, partnerEvent: "renamed" }, fresh],
  };
  assert.deepEqual(told({ ...partner, after: allowed }), []);
  assert.deepEqual(told({ by: "partner", before: null }).slice(0, 1), ["grant.configure "]);
  const more = {
    ...quiet,
    active: false,
    currency: "EUR",
    inApp: { ...quiet.inApp, rejectedEvents: true },
    mappings: [],
  };
  assert.deepEqual(told({ ...partner, after: more }), [
    "grant.configure active",
    "grant.configure currency",
    "grant.configure in_app_postbacks.rejected_events",
    "grant.configure mappings",
  ]);
  const shared = {
    ...quiet,
    mappings: [{ ...mapping, dataSharing: "values_and_revenue", sendFor: "all_sources" } as const],
  };
  assert.deepEqual(told({ ...partner, after: shared }), [
    "grant.configure mappings.0",
    "grant.share_events mappings.0.send_for",
    "grant.share_revenue mappings.0.data_sharing",
  ]);
  const picked = { ...quiet, inApp: { ...quiet.inApp, mappingMethod: "pick_list" } as const };
  assert.deepEqual(told({ by: "partner", before: picked, after: { ...picked, mappings: [mapping, fresh] } }), [
    "grant.configure mappings",
  ]);
});
