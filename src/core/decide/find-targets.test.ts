import assert from "node:assert/strict";
import { test } from "node:test";
import { invariant } from "#src/core/invariant.ts";
import { aMapping, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { anAppTerms } from "#test/support/a-compiled-app.ts";
import type { AppTerms } from "./app-terms.ts";
import { targetsOf } from "./find-targets.ts";
import type { Target } from "./terms.ts";

/** The target of an app's only mapping, over identities that it may share. */
function onlyTarget(identities: AppTerms["identities"], eventName: string): Target {
  const partner = aPartner({ id: "net_int" });
  const integration = anIntegration({ partnerId: "net_int", mappings: [aMapping({ eventName })] });
  const app = { ...anAppTerms({ integrations: [integration] }), identities };
  const terms = {
    app,
    place: 0,
    integration,
    partner,
    grant: null,
    agenciesBeside: new Set<never>(),
    templates: [],
    whole: null,
    targets: [],
  };
  const [target] = targetsOf(terms, {
    type: "in_app_event",
    name: eventName,
    isTest: false,
    isConversion: false,
    isRejected: false,
    afPrt: null,
  });
  invariant(target !== undefined, "the mapping has its name");
  return target;
}

test("apps whose mappings have the same id share what the target is", () => {
  const identities: AppTerms["identities"] = new Map();
  const first = onlyTarget(identities, "purchase");
  assert.equal(onlyTarget(identities, "purchase").identity, first.identity);
  assert.equal(first.identity.targetKey, [...identities.keys()][0]);
});

test("identities are kept within a bound, and a target keeps its own", () => {
  const identities: AppTerms["identities"] = new Map();
  const first = onlyTarget(identities, "purchase");
  const { identity } = first;
  for (let count = 1; count < 65_536; count += 1) identities.set(`made up ${count}`, identity);
  const second = onlyTarget(identities, "share");
  assert.equal(identities.size, 1);
  assert.notEqual(second.identity, identity);
  assert.equal(first.identity, identity);
});
