import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import {
  aCatalog,
  aMapping,
  anApp,
  anIntegration,
  aPartner,
  aRule,
  aTemplate,
  type TemplateParts,
} from "#test/support/a-catalog.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import type { Preview } from "./verdict.ts";

const previewsOf = (catalog: Catalog, event: Event = anEvent()): readonly Preview[] => {
  const compilation = compileCatalog(catalog, { hashes: testHashes });
  assert.equal(compilation.kind, "compiled", JSON.stringify(compilation));
  return compilation.kind === "compiled"
    ? (compilation.compiled.apps.get(event.appId)?.preview(event) ?? assert.fail())
    : assert.fail();
};

const withTemplate = (template: TemplateParts, parameters: Record<string, string> = {}): Catalog =>
  aCatalog({
    partners: [aPartner({ templates: [aTemplate(template)], parameters: Object.keys(parameters) })],
    apps: [anApp({ integrations: [anIntegration({ parameters })] })],
  });

const rowsOf = ({ macros }: Preview): (readonly unknown[])[] =>
  macros.map(({ written, kind, field, place, value, encoded }) => [written, kind, field, place, value, encoded]);

test("every macro shows its place, its value and how it is encoded there", () => {
  const [preview = assert.fail()] = previewsOf(
    withTemplate(
      {
        method: "POST",
        url: "https://(param.host)/(event_name)?value=(event_value)",
        headers: [{ name: "x-key", value: "(secret.token)" }],
        body: '{"name":"(mapped-iae)","revenue":(monetary),"none":"(campaign)"}',
        contentType: "application/json",
      },
      { host: "partner.example" },
    ),
    anEvent({ value: { af_revenue: "1.50" } }),
  );
  assert.equal(preview.outcome.kind, "request");
  const rows = rowsOf(preview);
  assert.deepEqual(
    rows.map(([written]) => written),
    ["(param.host)", "(event_name)", "(event_value)", "(secret.token)", "(mapped-iae)", "(monetary)", "(campaign)"],
  );
  assert.deepEqual(rows.shift(), ["(param.host)", "parameter", "url", "host", "partner.example", "partner.example"]);
  assert.deepEqual(
    preview.macros.map(({ source }) => source),
    ["parameter", "sdk", "sdk", "secret", "server", "sdk", "link"],
  );
  assert.deepEqual(rows[0], ["(event_name)", "value", "url", "url", "purchase", "purchase"]);
  assert.deepEqual(rows[1]?.slice(3), ["query", '{"af_revenue":"1.50"}', "%7B%22af_revenue%22%3A%221.50%22%7D"]);
  assert.deepEqual(rows[2]?.slice(1, 5), ["secret", "headers.0.value", "header", null]);
  assert.deepEqual(rows[3], ["(mapped-iae)", "value", "body", "json_string", "p1", "p1"]);
  assert.deepEqual(rows[4], ["(monetary)", "value", "body", "json_value", "1.50", "1.50"]);
  assert.deepEqual(rows[5]?.slice(4), [null, ""]);
});

test("a parameter shows what the integration gives, and a value that is left out shows nothing in its place", () => {
  const [preview = assert.fail()] = previewsOf(
    withTemplate(
      { url: "https://partner.example/?p=(param.p)&c=(campaign)", onMissing: { kind: "drop_parameter" } },
      { p: "a b" },
    ),
  );
  assert.deepEqual(rowsOf(preview), [
    ["(param.p)", "parameter", "url", "query", "a b", "a%20b"],
    ["(campaign)", "value", "url", "query", null, null],
  ]);
});

test("what is masked is masked in the preview too", () => {
  const catalog = aCatalog({
    apps: [anApp({ integrations: [anIntegration({ mappings: [aMapping({ dataSharing: "none" })] })] })],
  });
  const [preview = assert.fail()] = previewsOf(catalog, anEvent({ value: { af_revenue: "1234.50" } }));
  assert.ok(!JSON.stringify(preview).includes("1234"));
});

test("a target previews although its steps would skip, and one without a template says so", () => {
  const mappings = [
    aMapping({ active: false }),
    aMapping({ id: "second", conditions: [{ property: "level", value: "5" }] }),
  ];
  const app = anApp({ integrations: [anIntegration({ active: false, mappings })], rules: [aRule()] });
  const both = previewsOf(aCatalog({ apps: [app] }));
  assert.deepEqual(
    both.map(({ targetKey, outcome }) => [targetKey, outcome.kind]),
    [
      ["integration:examplenetwork_int/m-purchase", "request"],
      ["integration:examplenetwork_int/second", "request"],
      ["rule:crashes", "request"],
    ],
  );
  const [unmapped] = previewsOf(aCatalog({ apps: [app] }), anEvent({ name: "level_up" }));
  assert.deepEqual([unmapped?.targetKey, unmapped?.outcome.kind], ["integration:examplenetwork_int", "request"]);
  const [none] = previewsOf(aCatalog({ apps: [app] }), anEvent({ type: "skan_postback" }));
  assert.deepEqual([none?.outcome.kind, none?.macros], ["no_template", []]);
});
