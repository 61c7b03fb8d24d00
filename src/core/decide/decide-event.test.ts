import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { compileCatalogWith } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { integrationSkipReasons } from "#src/core/postbacks/decision.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { aCompiledApp, plainTemplates } from "#test/support/a-compiled-app.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { anyCatalog, anyEvent } from "#test/support/any-decision.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { integrationSteps } from "./integration-steps.ts";
import { targetSteps } from "./target-steps.ts";
import { nothingShown } from "./verdict.ts";

function compiledApp(catalog: Catalog): CompiledApp {
  const compilation = compileCatalogWith(plainTemplates, catalog, { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [app] = compilation.compiled.apps.values();
  assert.ok(app !== undefined);
  return app;
}

test("the steps are the skip reasons of the closed union, in their order", () => {
  const steps = [
    ...integrationSteps.map(({ reason }) => reason),
    ...targetSteps.map(({ reason }) => reason),
    "macro_missing",
  ];
  assert.deepEqual(steps, integrationSkipReasons);
});

test("the first reason of a decision is the first step of its explanation that failed", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyCatalog, fc.array(anyEvent, { minLength: 1, maxLength: 6 }), (catalog, events) => {
      const app = compiledApp(catalog);
      for (const event of events) {
        const { decisions } = app.decide(event, nothingShown);
        const explanations = app.explain(event, nothingShown);
        assert.deepEqual(
          explanations.map(({ decision }) => decision),
          decisions,
        );
        for (const { decision, steps } of explanations) {
          // A request that cannot be written skips nothing: its postback is dead.
          const failed = steps.find(({ passed, reason }) => !passed && reason !== "render_error");
          const code = decision.outcome.kind === "match" ? "match" : decision.outcome.reason;
          assert.equal(failed?.reason ?? "match", code);
          for (const reason of integrationSkipReasons)
            assert.ok(
              steps.some((step) => step.reason === reason),
              reason,
            );
          assert.ok(steps.every(({ expected, actual }) => expected !== "" && actual !== ""));
          seen.add(code);
        }
      }
    }),
    { numRuns: 1_000, seed: 7 },
  );
  // The world is rich enough: a step that nothing ever met would be proven of nothing.
  assert.deepEqual([...seen].sort(), ["match", ...integrationSkipReasons].sort());
});

test("a decision is total and deterministic: the same event always gives the same decisions and postbacks", () => {
  fc.assert(
    fc.property(anyCatalog, fc.array(anyEvent, { maxLength: 5 }), anyEvent, (catalog, others, event) => {
      const first = compiledApp(catalog);
      // What is kept of the events before must not show.
      for (const other of others) first.decide(other, nothingShown);
      const verdict = first.decide(event, nothingShown);
      assert.deepEqual(first.decide(event, nothingShown), verdict);
      assert.deepEqual(compiledApp(catalog).decide(event, nothingShown), verdict);
    }),
    { numRuns: 300 },
  );
});

test("every integration has at least one decision, and every match is one of the decisions", () => {
  fc.assert(
    fc.property(anyCatalog, anyEvent, (catalog, event) => {
      const { decisions, matches } = compiledApp(catalog).decide(event, nothingShown);
      for (const { partnerId, configurator } of catalog.apps[0]?.integrations ?? []) {
        assert.ok(
          decisions.some(
            ({ target }) =>
              target.kind === "integration" && target.partnerId === partnerId && target.configurator === configurator,
          ),
        );
      }
      const matched = decisions.filter(({ outcome }) => outcome.kind === "match");
      assert.deepEqual(
        matches.map(({ decision }) => decision),
        matched,
      );
    }),
  );
});

test("one event never goes out twice to a partner through two configurators", () => {
  fc.assert(
    fc.property(anyCatalog, anyEvent, (catalog, event) => {
      const { matches } = compiledApp(catalog).decide(event, nothingShown);
      const configurators = new Map<string, string | null>();
      for (const { decision } of matches) {
        if (decision.target.kind !== "integration") continue;
        const { partnerId, configurator } = decision.target;
        assert.equal(configurators.get(partnerId) ?? configurator, configurator);
        configurators.set(partnerId, configurator);
      }
    }),
    { numRuns: 500 },
  );
});

test("an advertiser's and an agency's event go each by its own window and mapping, to one partner, once", () => {
  const daysOf = (days: number) => ({ window: { kind: "days", days } }) as const;
  const own = anIntegration({
    inApp: daysOf(1),
    mappings: [aMapping({ id: "own", partnerEvent: "sale", sendFor: "all_sources" })],
  });
  const agencys = anIntegration({
    configurator: anAccount().id,
    inApp: daysOf(30),
    mappings: [aMapping({ id: "agencys", partnerEvent: "buy", sendFor: "all_sources" })],
  });
  const grants = [aGrant()];
  const app = compiledApp(
    aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations: [own, agencys], grants })] }),
  );
  const [agency = ""] = anAccount().afPrtNames;
  const sentAfter = (days: number, fields: object) =>
    app
      .decide(anEvent({ time: noon + days * dayMs, fields: { install_time: noon, ...fields } }), nothingShown)
      .matches.map(({ decision: { target } }) => (target.kind === "integration" ? target.mappingId : null));
  assert.deepEqual(sentAfter(0.5, {}), ["own"]);
  assert.deepEqual(sentAfter(2, {}), [], "the advertiser's window is over");
  assert.deepEqual(sentAfter(2, { af_prt: agency }), ["agencys"]);
  assert.deepEqual(sentAfter(31, { af_prt: agency }), []);
});

test("an event that has its install record waits for none", () => {
  fc.assert(
    fc.property(anyCatalog, anyEvent, (catalog, event) => {
      const { waitsForInstall, decisions } = compiledApp(catalog).decide(event, nothingShown);
      if (waitsForInstall) {
        assert.equal(event.enrichment, null);
        assert.ok(decisions.some(({ outcome }) => outcome.kind === "skip"));
      }
    }),
    { numRuns: 300 },
  );
});

test("decision objects are made once for each target and outcome, and shared by all events", () => {
  const app = aCompiledApp();
  const [first] = app.decide(anEvent(), nothingShown).decisions;
  const [second] = app.decide(anEvent(), nothingShown).decisions;
  assert.equal(first, second);
  assert.ok(Object.isFrozen(first));
});

test("events of one shape share one list of what is usual, and differ from it only where they match or are skipped otherwise", () => {
  const partnerIds = Array.from({ length: 5 }, (_, number) => `p${number}_int`);
  const app = aCompiledApp(
    {
      integrations: partnerIds.map((id) =>
        anIntegration({ partnerId: id, mappings: [aMapping({ sendFor: "partner_only" })] }),
      ),
    },
    { partners: partnerIds.map((id) => aPartner({ id })) },
  );
  const [nobodys, second, fourth] = ["organic", "p1_int", "p3_int"].map((source) =>
    app.decide(anEvent({ fields: { media_source: source, install_time: noon } }), nothingShown),
  );
  assert.ok(nobodys !== undefined && second !== undefined && fourth !== undefined);
  assert.equal(second.usual, nobodys.usual);
  assert.equal(fourth.usual, nobodys.usual);
  assert.deepEqual(nobodys.decisions, nobodys.usual);
  const differing = ({ decisions, usual }: typeof second) =>
    decisions.flatMap((decision, place) => (decision === usual?.[place] ? [] : [`${place} ${decision.outcome.kind}`]));
  assert.deepEqual(differing(second), ["1 match"]);
  assert.deepEqual(differing(fourth), ["3 match"]);
});

test("shapes of events are kept within a bound, and forgetting them changes nothing", () => {
  const app = aCompiledApp();
  for (let count = 0; count < 600; count++) {
    const { decisions } = app.decide(anEvent({ name: `event-${count}` }), nothingShown);
    assert.deepEqual(
      decisions.map(({ outcome }) => outcome),
      [{ kind: "skip", reason: "not_mapped" }],
    );
  }
  assert.equal(app.decide(anEvent(), nothingShown).matches.length, 1);
});
