import assert from "node:assert/strict";
import { test } from "node:test";
import { aMapping, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { nothingShown } from "./verdict.ts";

const failedOf = (app: ReturnType<typeof aCompiledApp>, event: ReturnType<typeof anEvent>) =>
  app.explain(event, nothingShown).map(({ steps }) => steps.filter(({ passed }) => !passed));

test("every step against an event is told, not the first alone, with the setting that it looked at", () => {
  const app = aCompiledApp({
    integrations: [
      anIntegration({
        active: false,
        inApp: { window: { kind: "days", days: 10 } },
        mappings: [
          aMapping({ active: false, sendFor: "partner_only", conditions: [{ property: "level", value: "5" }] }),
        ],
      }),
    ],
  });
  const event = anEvent({ time: noon + 11 * dayMs, fields: { install_time: noon, media_source: "organic" } });
  assert.deepEqual(failedOf(app, event), [
    [
      {
        reason: "integration_inactive",
        passed: false,
        expected: "everything, the app, the partner and the integration are switched on",
        actual: "the integration is switched off",
        setBy: "apps[com.example.game].integrations[examplenetwork_int].active",
      },
      {
        reason: "mapping_off",
        passed: false,
        expected: "the mapping is switched on",
        actual: "the mapping is switched off",
        setBy: "apps[com.example.game].integrations[examplenetwork_int].mappings[m-purchase].active",
      },
      {
        reason: "not_attributed",
        passed: false,
        expected: "attributed to one of examplenetwork_int",
        actual: "media source organic",
        setBy: "apps[com.example.game].integrations[examplenetwork_int].mappings[m-purchase].send_for",
        fix: "set apps[com.example.game].integrations[examplenetwork_int].mappings[m-purchase].send_for to all_sources, as for a tracker",
      },
      {
        reason: "outside_window",
        passed: false,
        expected: "at most 10 days after the conversion, and at most one before it",
        actual: "11.000 days after it",
        setBy: "apps[com.example.game].integrations[examplenetwork_int].in_app_postbacks.window",
      },
      {
        reason: "condition_unmet",
        passed: false,
        expected: "any of: level = 5",
        actual: "level is absent or no plain value",
        setBy: "apps[com.example.game].integrations[examplenetwork_int].mappings[m-purchase].conditions",
      },
    ],
  ]);
});

test("an event without a mapping is told what else would stand against it", () => {
  const inApp = { window: { kind: "days", days: 10 } } as const;
  const app = aCompiledApp({ integrations: [anIntegration({ inApp })] });
  const [failed] = failedOf(app, anEvent({ name: "other" }));
  assert.deepEqual(
    failed?.map(({ reason, setBy }) => [reason, setBy]),
    [
      ["not_mapped", "apps[com.example.game].integrations[examplenetwork_int].mappings"],
      ["conversion_unknown", "apps[com.example.game].integrations[examplenetwork_int].in_app_postbacks.window"],
    ],
  );
});

test("an integration that is off is told with the steps of every mapping that the event would reach", () => {
  const mappings = [aMapping({ id: "a", active: false }), aMapping({ id: "b" })];
  const app = aCompiledApp({ integrations: [anIntegration({ active: false, mappings })] });
  const [explanation] = app.explain(anEvent(), nothingShown);
  assert.equal(explanation?.decision.targetKey, "integration:examplenetwork_int");
  const off = explanation?.steps.filter(({ reason }) => reason === "mapping_off");
  assert.deepEqual(
    off?.map(({ passed, setBy }) => [passed, setBy]),
    [
      [false, "apps[com.example.game].integrations[examplenetwork_int].mappings[a].active"],
      [true, "apps[com.example.game].integrations[examplenetwork_int].mappings[b].active"],
    ],
  );
});

test("a match that makes a dead postback is told with the step that failed", () => {
  const partners = [aPartner({ templates: [aTemplate({ url: "faults" })] })];
  const [explanation] = aCompiledApp({}, { partners }).explain(anEvent(), nothingShown);
  assert.equal(explanation?.decision.outcome.kind, "match");
  const failed = explanation?.steps.filter(({ passed }) => !passed);
  assert.deepEqual(failed, [
    {
      reason: "render_error",
      passed: false,
      expected: "the request can be written",
      actual: "cannot be rendered; the postback is dead",
      setBy: "apps[com.example.game].integrations[examplenetwork_int].templates",
    },
  ]);
});

test("an event of another source is told what would send it: the source as the partner's, or every source", () => {
  const app = aCompiledApp({ integrations: [anIntegration({ installPostbacks: "partner_only" })] });
  const fixOf = (event: ReturnType<typeof anEvent>) =>
    app
      .explain(event, nothingShown)
      .flatMap(({ steps }) => steps.filter(({ reason }) => reason === "not_attributed").map(({ fix = null }) => fix));
  const install = (mediaSource: string) => fixOf(anEvent({ type: "install", fields: { media_source: mediaSource } }));
  assert.deepEqual(install("Facebook Ads"), [
    'add "Facebook Ads" to media_sources of partner examplenetwork_int, or set apps[com.example.game].integrations[examplenetwork_int].install_postbacks to all_sources, as for a tracker',
  ]);
  assert.deepEqual(install("examplenetwork_int"), [null]);
});

test("an event without a mapping is not said to be of the wrong source: its mapping would say which", () => {
  const app = aCompiledApp({ integrations: [anIntegration({ inApp: { sendFor: "partner_only" } })] });
  const failed = failedOf(app, anEvent({ name: "unmapped", fields: { media_source: "organic" } }));
  assert.deepEqual(
    failed.map((steps) => steps.map(({ reason }) => reason)),
    [["not_mapped"]],
  );
  const conversion = app.explain(anEvent({ name: "unmapped" }), nothingShown)[0]?.steps;
  assert.equal(
    conversion?.find(({ reason }) => reason === "not_attributed")?.expected,
    "as the mapping says that it gets",
  );
});
