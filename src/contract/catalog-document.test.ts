import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { accountId, appId, mappingId, partnerId } from "#src/core/ids.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { anyCatalog } from "#test/support/any-catalog.ts";
import { catalogToDocument, readCatalogDocument, writeCatalogDocument } from "./catalog-document.ts";
import type { DocumentFormat, PlacedProblem } from "./document-text.ts";

const readCatalog = (text: string, format: DocumentFormat = "yaml"): Catalog => {
  const reading = readCatalogDocument(text, format);
  assert.equal(reading.kind, "read", reading.kind === "refused" ? JSON.stringify(reading.problems) : "");
  return reading.kind === "read" ? reading.catalog : assert.fail();
};

const problemsOf = (text: string, format: DocumentFormat = "yaml"): readonly PlacedProblem[] => {
  const reading = readCatalogDocument(text, format);
  assert.equal(reading.kind, "refused");
  return reading.kind === "refused" ? reading.problems : assert.fail();
};

const firstProblem = (text: string, format: DocumentFormat = "yaml"): PlacedProblem => {
  const [first] = problemsOf(text, format);
  return first ?? assert.fail("no problem");
};

test("a catalog that is written and read again is the same, as JSON and as YAML", () => {
  fc.assert(
    fc.property(anyCatalog(), fc.constantFrom<DocumentFormat>("yaml", "json"), (catalog, format) => {
      const document = catalogToDocument(catalog);
      const read = readCatalogDocument(writeCatalogDocument(document, format), format);
      assert.equal(read.kind, "read", JSON.stringify(read));
      if (read.kind !== "read") return;
      assert.deepEqual(read.catalog, { ...catalog, revision: 0 });
      assert.equal(read.document, document);
    }),
    { numRuns: 300 },
  );
});

test("what is left out has its default", () => {
  const catalog = readCatalog(`
carom: 1
partners: [{ id: net }]
accounts: [{ id: shop, kind: agency }]
apps:
  - id: com.example.game
    integrations:
      - partner_id: net
        mappings: [{ event_name: purchase }]
    grants: [{ account_id: shop }]
`);
  assert.deepEqual(catalog, {
    revision: 0,
    active: true,
    accounts: [{ id: accountId("shop"), name: "shop", kind: "agency", afPrtNames: [] }],
    partners: [
      {
        accountId: mainAccountId,
        id: partnerId("net"),
        name: "net",
        active: true,
        kind: "ad_network",
        mediaSources: ["net"],
        templates: [],
        predefinedEvents: [],
        parameters: [],
        success: { statuses: [[200, 299]], body: { kind: "any" } },
        retryPolicy: retryPolicies.carom,
        limits: { inFlightMax: 64, ratePerSecond: null },
        expiresAfterMs: null,
        idHeaders: { postbackId: "carom-postback-id", attempt: "carom-attempt" },
        signing: null,
      },
    ],
    apps: [
      {
        accountId: mainAccountId,
        id: appId("com.example.game"),
        name: "com.example.game",
        active: true,
        revenueProperties: [],
        requiresConsent: false,
        testDevices: [],
        customEvents: [],
        integrations: [
          {
            partnerId: partnerId("net"),
            configurator: null,
            active: true,
            takesTests: false,
            parameters: {},
            installPostbacks: "partner_only",
            inApp: {
              active: true,
              window: { kind: "days", days: 180 },
              mappingMethod: "free_text",
              sendFor: "partner_only",
              dataSharing: "none",
              rejectedEvents: false,
            },
            mappings: [
              {
                id: mappingId("purchase.purchase"),
                eventName: "purchase",
                partnerEvent: "purchase",
                active: true,
                sendFor: "partner_only",
                dataSharing: "none",
                conditions: [],
              },
            ],
            templates: [],
            currency: null,
          },
        ],
        rules: [],
        messageRulesMax: 3,
        grants: [
          {
            accountId: accountId("shop"),
            configureInAppPostbacks: false,
            shareEvents: "attributed_only",
            shareRevenue: false,
            eventNames: [],
            replay: false,
          },
        ],
      },
    ],
  } satisfies Catalog);
});

test("a partner says how it wants to be asked again, in words that people write", () => {
  const [partner] = readCatalog(`
carom: 1
partners:
  - id: net
    retry_policy: { delays: [500ms, 30s, 2m, 5h, 7d], timeout: 10s, retry_on: { statuses: [429, 5xx, 520-530] } }
    success: { statuses: [2xx, 302], body: { pointer: /status, value: 1 } }
    expires_after: 48h
    limits: { in_flight_max: 8, rate_per_second: 2.5 }
    id_headers: off
`).partners;
  assert.deepEqual(partner?.retryPolicy, {
    name: "custom",
    delaysMs: [500, 30_000, 120_000, 18_000_000, 604_800_000],
    timeoutMs: 10_000,
    retryOn: {
      statuses: [
        [429, 429],
        [500, 599],
        [520, 530],
      ],
      networkError: true,
      timeout: true,
    },
  });
  assert.deepEqual(partner?.success, {
    statuses: [
      [200, 299],
      [302, 302],
    ],
    body: { kind: "json", pointer: "/status", value: "1", ignoresCase: false },
  });
  assert.equal(partner?.expiresAfterMs, 172_800_000);
  assert.deepEqual(partner?.limits, { inFlightMax: 8, ratePerSecond: 2.5 });
  assert.equal(partner?.idHeaders, null);
});

test("a number that stands for text keeps the form it was written in", () => {
  const conditions = (values: string) =>
    readCatalog(`
carom: 1
apps:
  - id: a
    integrations:
      - partner_id: net
        mappings: [{ event_name: level_up, conditions: [${values}] }]
`).apps[0]?.integrations[0]?.mappings[0]?.conditions.map(({ value }) => value);
  const written = ["5", "05", "1.50", "0x1F", "true", '"5"', "1e3"];
  const read = conditions(written.map((value) => `{ property: level, value: ${value} }`).join(", "));
  assert.deepEqual(read, ["5", "05", "1.50", "0x1F", "true", "5", "1e3"]);
});

const anyName = fc.string({ minLength: 1, maxLength: 60 }).filter((name) => name.trim() !== "");

test("mappings of other names have other ids, the same in any order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(anyName, anyName), {
        selector: (pair) => JSON.stringify(pair),
      }),
      (pairs) => {
        const idsOf = (list: typeof pairs) => {
          const mappings = list.map(([event, partner]) => ({ event_name: event, partner_event: partner }));
          const text = JSON.stringify({ carom: 1, apps: [{ id: "a", integrations: [{ partner_id: "p", mappings }] }] });
          return readCatalog(text, "json").apps[0]?.integrations[0]?.mappings.map(({ id }) => String(id)) ?? [];
        };
        const ids = idsOf(pairs);
        assert.equal(new Set(ids).size, pairs.length);
        assert.deepEqual(idsOf([...pairs].reverse()), [...ids].reverse());
        for (const id of ids) assert.match(id, /^[A-Za-z0-9._-]{1,128}$/);
      },
    ),
  );
});

test("every problem has a path, the line and words that tell the fix", () => {
  const problems = problemsOf(`carom: 1
partners:
  - id: net
    kind: adnetwork
    expires_after: 1w
    templates:
      - event_kind: install
        dialect: appsflyer
        urll: https://a.example/
aps: []
`);
  const told = problems.map(({ path, line, code }) => [path.join("."), line, code]);
  assert.deepEqual(told, [
    ["partners.0.kind", 4, "catalog.value"],
    ["partners.0.templates.0.url", 7, "catalog.missing"],
    ["partners.0.templates.0.urll", 9, "catalog.unknown_field"],
    ["partners.0.expires_after", 5, "catalog.value"],
    ["aps", 10, "catalog.unknown_field"],
  ]);
  const messages = problems.map(({ message }) => message).join("\n");
  assert.match(messages, /partners\[0\]\.kind: .*did you mean `ad_network`\?/);
  assert.match(messages, /unknown field `urll`; did you mean `url`\?/);
  assert.match(messages, /unknown field `aps`; did you mean `apps`\?/);
  assert.match(messages, /such as 500ms, 30s, 2m, 5h or 7d/);
});

test("a field whose word ends otherwise is told with the one that begins as it does", () => {
  const problems = problemsOf(`
apps:
  - id: com.example.game
    integrations:
      - partner_id: north
        in_app_postbacks: { data_share: none }
`);
  assert.match(
    problems.map(({ message }) => message).join("\n"),
    /unknown field `data_share`; did you mean `data_sharing`\?/,
  );
});

test("of several forms the one that was meant tells what is wrong with it", () => {
  const partner = (members: string) => firstProblem(`carom: 1\npartners: [{ id: net, ${members} }]`);
  assert.deepEqual(partner("retry_policy: { delays: [5] }").path, ["partners", 0, "retry_policy", "delays", 0]);
  assert.deepEqual(partner("success: { body: { contains: 7 } }").path, ["partners", 0, "success", "body", "contains"]);
  assert.match(partner("retry_policy: caromm").message, /must be carom, leanplum, appsflyer, none or an object/);
});

test("a key given twice is refused, in YAML and in JSON, with the line of the second", () => {
  const yaml = firstProblem("carom: 1\npartners:\n  - id: a\n    name: x\n    id: b\n");
  const json = firstProblem('{"carom":1,\n"partners":[\n{"id":"a","name":"x",\n"\\u0069d":"b"}]}', "json");
  for (const problem of [yaml, json]) {
    assert.equal(problem.code, "catalog.duplicate_key");
    assert.deepEqual(problem.path, ["partners", 0, "id"]);
  }
  assert.equal(yaml.line, 5);
  assert.equal(json.line, 4);
});

test("lines of JSON are found wherever the value stands", () => {
  const text = '{\n"carom": 1,\n"partners": [\n{"id": "a"},\n{"id": "b",\n"nam": "x"}\n]}';
  const { path, line } = firstProblem(text, "json");
  assert.deepEqual(path, ["partners", 1, "nam"]);
  assert.equal(line, 6);
  const reading = readCatalogDocument(text.replace("nam", "name"), "json");
  assert.ok(reading.kind === "read");
  assert.equal(reading.lineOf(["partners", 1, "templates", 0]), 5, "what is not there is where it would stand");
  assert.equal(reading.lineOf([]), 1);
});

test("anchors, endless nesting and broken syntax are refused before they cost anything", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
    .split("")
    .map((name, index) => `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(9)}]`)
    .join("\n")}`;
  assert.equal(firstProblem(bomb).code, "catalog.alias");
  assert.equal(firstProblem("[".repeat(50_000)).code, "catalog.too_deep");
  assert.equal(firstProblem(`${"[".repeat(100)}${"]".repeat(100)}`).code, "catalog.too_deep");
  assert.equal(firstProblem(`${"[".repeat(50_000)}${"]".repeat(50_000)}`, "json").code, "catalog.too_deep");
  // The value has only the second of the two: the depth of the first is met in the text alone.
  const hidden = `{"carom":${'{"a":['.repeat(20_000)}${"]}".repeat(20_000)},"carom":1}`;
  assert.equal(firstProblem(hidden, "json").code, "catalog.duplicate_key");
  assert.deepEqual([firstProblem("a: [1\nb").code, firstProblem("a: [1\nb").line], ["catalog.malformed", 2]);
  assert.deepEqual(
    [firstProblem('{"a":1,\n"b"2}', "json").code, firstProblem('{"a":1,\n"b"2}', "json").line],
    ["catalog.malformed", 2],
  );
  assert.equal(firstProblem("a: 1\n---\nb: 2").code, "catalog.malformed");
  assert.match(firstProblem("a: [{ url: https://a.example/x?a={idfa} }]").message, /put the text in quotes/);
  assert.equal(firstProblem(" ".repeat(2 * 1024 * 1024 + 1)).code, "catalog.too_large");
  assert.equal(firstProblem("").code, "catalog.missing");
  assert.equal(firstProblem("carom: 2").code, "catalog.value");
  assert.equal(firstProblem("{}").code, "catalog.missing");
});

test("names of the prototype are unknown names like any other", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    assert.equal(firstProblem(`carom: 1\n${name}: { x: 1 }`).code, "catalog.unknown_field", name);
    assert.equal(firstProblem(`{"carom":1,"${name}":{"x":1}}`, "json").code, "catalog.unknown_field", name);
  }
  assert.equal(Reflect.get({}, "x"), undefined);
});

test("no text makes reading throw", () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(..."{}[]:,-&*!|>'\"#% \nab1") }));
  fc.assert(
    fc.property(texts, fc.constantFrom<DocumentFormat>("yaml", "json"), (text, format) => {
      const reading = readCatalogDocument(text, format);
      if (reading.kind === "refused") assert.ok(reading.problems.length > 0);
    }),
    { numRuns: 2000 },
  );
});

test("the quickstart's document reads", () => {
  const text = readFileSync(new URL("../../examples/quickstart.yaml", import.meta.url), "utf8");
  assert.equal(readCatalog(text).partners.length, 1);
});

test("a document for people leaves out what is empty", () => {
  const yaml = writeCatalogDocument(catalogToDocument(aCatalog()), "yaml");
  assert.ok(!yaml.includes("[]") && !yaml.includes("null"), yaml);
});

const limited = (rate: string): string => `carom: 1\npartners:\n  - id: p\n    limits: { rate_per_second: ${rate} }\n`;

test("a number or a switch of YAML is one however it is written, and text where text is asked for", () => {
  const rateOf = (rate: string) => readCatalog(limited(rate)).partners[0]?.limits.ratePerSecond;
  assert.equal(rateOf("5.0"), 5);
  assert.equal(rateOf("1e2"), 100);
  assert.equal(firstProblem(limited('"5"')).code, "catalog.type");
  const text = "carom: 1\napps:\n  - id: a\n    active: False\n    test_devices: [5.0, True, 05]\n";
  const [app] = readCatalog(text).apps;
  assert.equal(app?.active, false);
  assert.deepEqual(app?.testDevices, ["5.0", "True", "05"]);
  const days =
    "carom: 1\napps: [{ id: a, integrations: [{ partner_id: p, in_app_postbacks: { window: { days: DAYS } } }] }]";
  assert.deepEqual(readCatalog(days.replace("DAYS", "5.0")).apps[0]?.integrations[0]?.inApp.window, {
    kind: "days",
    days: 5,
  });
  assert.match(firstProblem(days.replace("DAYS", "1.5")).message, /days: must be a whole number, is `1\.5`$/);
});

test("a tag of YAML that stands for something else than plain values is refused", () => {
  for (const tag of ["!secret", "!!binary", "!!set"]) {
    const problem = firstProblem(`carom: 1\npartners:\n  - id: ${tag} abc`);
    assert.deepEqual([problem.code, problem.path, problem.line], ["catalog.type", ["partners", 0, "id"], 3], tag);
  }
  assert.equal(readCatalog("carom: 1\npartners:\n  - id: !!str abc").partners[0]?.id, "abc");
});

test("a number of JSON with more digits than can be kept is refused, not rounded", () => {
  const text = '{"carom":1,"apps":[{"id":"a","test_devices":[\n12345678901234567890, 9007199254740991]}]}';
  const problem = firstProblem(text, "json");
  assert.deepEqual([problem.code, problem.path, problem.line], ["catalog.value", ["apps", 0, "test_devices", 0], 2]);
  assert.match(problem.message, /write it in quotes$/);
});

test("a name that is looked for is not empty", () => {
  const integration = (member: string) =>
    `{"carom":1,"apps":[{"id":"a","integrations":[{"partner_id":"p",${member}}]}]}`;
  for (const text of [
    '{"carom":1,"partners":[{"id":"a","media_sources":[""]}]}',
    '{"carom":1,"partners":[{"id":"a","predefined_events":[" "]}]}',
    '{"carom":1,"apps":[{"id":"a","revenue_properties":[""]}]}',
    '{"carom":1,"apps":[{"id":"a","test_devices":[""]}]}',
    '{"carom":1,"accounts":[{"id":"a","kind":"agency","af_prt_names":[""]}]}',
    integration('"mappings":[{"event_name":"e","partner_event":""}]'),
  ]) {
    assert.match(firstProblem(text, "json").message, /must not be empty$/, text);
  }
});
