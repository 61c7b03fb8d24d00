import assert from "node:assert/strict";
import { test } from "node:test";
import type { SendFor } from "#src/core/catalog/catalog.ts";
import { partnerId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { aMapping, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { anAppTerms } from "#test/support/a-compiled-app.ts";
import { planFor } from "./integration-plan.ts";
import { newPlans, type SourcePlan, type SourceTable } from "./plans.ts";
import { sourcePlanFor } from "./source-plan.ts";
import type { SourceTables } from "./source-tables.ts";

const partnerIds = ["p0_int", "p1_int", "p2_int"];

/** An app with these partners, and what it says of sources, over tables that it may share. */
function appOver(tables: SourceTables, sendFors: readonly SendFor[]): (mediaSource: string | null) => SourcePlan {
  const partners = new Map(partnerIds.map((id) => [partnerId(id), aPartner({ id })]));
  const configured = sendFors.map((sendFor, at) =>
    anIntegration({ partnerId: partnerIds[at] ?? "", mappings: [aMapping({ sendFor })] }),
  );
  const terms = { ...anAppTerms({ integrations: configured }), sourceTables: tables };
  const integrations = terms.app.integrations.map((integration, at) => {
    const partner = partners.get(integration.partnerId);
    invariant(partner !== undefined, "each integration has one");
    return {
      app: terms,
      place: at,
      integration,
      partner,
      grant: null,
      agenciesBeside: new Set<never>(),
      templates: [],
      whole: null,
      targets: [],
    };
  });
  const plans = newPlans();
  return (mediaSource) => {
    const seen = {
      type: "in_app_event",
      name: aMapping().eventName,
      isTest: false,
      isConversion: false,
      isRejected: false,
      afPrt: null,
      mediaSource,
      isSecondRow: false,
    } as const;
    return sourcePlanFor(tables, planFor({ plans, integrations }, seen), seen);
  };
}

test("sources that no partner of the app names are one, and each that one names stands by itself", () => {
  const tables: SourceTables = new Map();
  const planOf = appOver(tables, ["partner_only", "all_sources", "partner_only"]);
  const stranger = planOf("made_up");
  for (let count = 0; count < 5_000; count += 1) assert.equal(planOf(`made_up_${count}`), stranger);
  assert.equal(planOf("organic"), stranger);
  assert.deepEqual(stranger.open, [1]);
  assert.deepEqual(planOf("p0_int").open, [0, 1]);
  assert.deepEqual(planOf("p2_int").open, [1, 2]);
  assert.equal(planOf("p2_int"), planOf("p2_int"));
  assert.deepEqual(
    planOf(null).resting.map(({ place }) => place),
    [0, 2],
  );
  const [table] = tables.values();
  assert.equal(table?.firstRows.named.size, partnerIds.length);
});

test("apps whose targets ask the same of a source share what is said of it, and others do not", () => {
  const tables: SourceTables = new Map();
  const [first, same, other] = [
    ["partner_only", "all_sources"] as const,
    ["partner_only", "all_sources"] as const,
    ["all_sources", "partner_only"] as const,
  ].map((sendFors) => appOver(tables, sendFors));
  assert.equal(first?.("p0_int"), same?.("p0_int"));
  assert.deepEqual(other?.("p0_int").open, [0]);
  assert.equal(tables.size, 2);
});

test("tables are kept within a bound, and an app goes on with the one that it has", () => {
  const none: SourceTable["firstRows"] = { named: new Map(), unnamed: null, untold: null };
  const tables: SourceTables = new Map(
    Array.from({ length: 4_095 }, (_, number) => [String(number), { firstRows: none, secondRows: none }]),
  );
  const planOf = appOver(tables, ["partner_only"]);
  const before = planOf("p0_int");
  assert.equal(tables.size, 4_096);
  const another = appOver(tables, ["all_sources"]);
  assert.deepEqual(another("p0_int").open, [0]);
  assert.equal(tables.size, 1);
  assert.equal(planOf("p0_int"), before);
});
