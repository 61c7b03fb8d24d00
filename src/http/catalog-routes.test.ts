import assert from "node:assert/strict";
import test from "node:test";
import { catalogToDocument } from "#src/contract/catalog-document.ts";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const yamlType = { "content-type": "application/yaml" };
const jsonType = { "content-type": "application/json" };

const start = async () => {
  const under = await anEngine();
  const http = await anHttpOver(under);
  type Put = { readonly headers?: Record<string, string>; readonly query?: string };
  const put = (payload: string, { headers = jsonType, query = "" }: Put = {}) =>
    http.ask({ method: "PUT", url: `/v1/catalog${query}`, payload, headers });
  return { ...http, under, put };
};

const otherCatalog = catalogToDocument(aCatalog({ apps: [anApp({ id: "com.example.other" })] }));

test("the catalog is answered as JSON and as YAML, and what is answered can be put back", async () => {
  const { ask, put, under } = await start();
  const json = await ask({ url: "/v1/catalog" });
  assert.equal(json.statusCode, 200);
  assert.match(String(json.headers["content-type"]), /^application\/json/);
  assert.equal(json.headers["etag"], '"1"');
  assert.equal(json.json().apps[0].id, "com.example.game");
  const yaml = await ask({ url: "/v1/catalog", headers: { accept: "application/yaml" } });
  assert.match(String(yaml.headers["content-type"]), /^application\/yaml/);
  assert.match(yaml.body, /^# revision 1\ncarom: 1\n/);
  for (const [text, headers] of [
    [json.body, jsonType],
    [yaml.body, yamlType],
  ] as const) {
    const same = assertAnswers(routes.changeCatalog, await put(text, { headers }));
    assert.deepEqual([same.revision, same.changed], [1, false], "what is in force already makes no revision");
    assert.deepEqual([same.saved_by, same.saved_at], ["test", new Date(under.clock.now()).toISOString()]);
  }
});

test("a changed catalog is in force at once under a new revision", async () => {
  const { ask, put, under } = await start();
  const changed = assertAnswers(routes.changeCatalog, await put(otherCatalog, { query: "?prune=true" }));
  assert.deepEqual([changed.revision, changed.changed, changed.dry_run], [2, true, false]);
  assert.ok(changed.changes.includes("app/com.example.game"));
  assert.equal(changed.saved_by, "an operator");
  assert.deepEqual([...under.engine.catalog.current().apps.keys()], ["com.example.other"]);
  assert.equal((await ask({ url: "/v1/catalog" })).headers["etag"], '"2"');
});

test("what a document lacks is kept, and removed where pruning is asked for", async () => {
  const { put, under } = await start();
  const apps = () => [...under.engine.catalog.current().apps.keys()];
  assert.deepEqual(assertAnswers(routes.changeCatalog, await put(otherCatalog)).changes, [
    "app/com.example.other",
    "integration/com.example.other/examplenetwork_int",
  ]);
  assert.deepEqual(apps(), ["com.example.game", "com.example.other"]);
  await put(otherCatalog, { query: "?prune=true" });
  assert.deepEqual(apps(), ["com.example.other"]);
});

test("a mistake is named where the document has it, whatever its place in the catalog is", async () => {
  const { put } = await start();
  const bad = aCatalog({ apps: [anApp({ id: "com.example.other", messageRulesMax: -1 })] });
  const refused = await put(catalogToDocument(bad));
  assertProblem(refused, 422, "catalog.refused");
  assert.deepEqual(refused.json().errors[0].path, "apps[0].message_rules_max");
  assert.match(refused.json().errors[0].message, /^apps\[0\]\.message_rules_max: write/);
});

test("a dry run checks and changes nothing", async () => {
  const { put, under } = await start();
  const checked = assertAnswers(routes.changeCatalog, await put(otherCatalog, { query: "?dry_run=true" }));
  assert.deepEqual([checked.revision, checked.changed, checked.dry_run], [1, false, true]);
  assert.equal(under.engine.catalog.current().revision, 1);
});

test("a change that was made from another revision is refused", async () => {
  const { put } = await start();
  const lost = await put(otherCatalog, { headers: { ...jsonType, "if-match": '"7"' } });
  assertProblem(lost, 412, "catalog.lost_race");
  assert.equal(lost.headers["etag"], '"1"');
  assertProblem(await put(otherCatalog, { headers: { ...jsonType, "if-match": "seven" } }), 400, "request.invalid");
  const won = await put(otherCatalog, { headers: { ...jsonType, "if-match": '"1"' } });
  assert.equal(assertAnswers(routes.changeCatalog, won).revision, 2);
  assert.equal((await put(otherCatalog, { headers: { ...jsonType, "if-match": "*" } })).statusCode, 200);
});

test("a bad catalog changes nothing, and tells every place with its line", async () => {
  const { put, under } = await start();
  const yaml = `carom: 1
partners:
  - id: net
    templates:
      - event_kind: install
        dialect: appsflyer
        url: https://a.example/?a=(advertiser-idd)
apps:
  - id: com.example.game
    integrations:
      - partner_id: nobody
`;
  const refused = await put(yaml, { headers: yamlType });
  assertProblem(refused, 422, "catalog.refused");
  const { errors } = refused.json();
  const places = errors.map(({ path, code, line }: Record<string, unknown>) => [path, code, line]);
  assert.ok(
    places.some(
      (place: unknown) => JSON.stringify(place) === '["partners[0].templates[0].url","template.macro_unknown",7]',
    ),
    refused.body,
  );
  assert.ok(
    places.some(
      (place: unknown) =>
        JSON.stringify(place) === '["apps[0].integrations[0].partner_id","catalog.unknown_reference",11]',
    ),
    refused.body,
  );
  assertProblem(await put("partners: [", { headers: yamlType }), 400, "catalog.malformed");
  assertProblem(await put("{", {}), 400, "catalog.malformed");
  assertProblem(await put("carom: 1\naps: []", { headers: yamlType }), 422, "catalog.refused");
  assertProblem(await put("a: &x 1\nb: *x", { headers: yamlType }), 422, "catalog.refused");
  assertProblem(await put("", { headers: yamlType }), 422, "catalog.refused");
  assertProblem(await put(otherCatalog, { headers: { "content-type": "text/plain" } }), 415, "request.media_type");
  assert.equal(under.engine.catalog.current().revision, 1);
});

test("a catalog may be larger than any other body", async () => {
  const { put } = await start();
  const integrations = [anIntegration()];
  const apps = Array.from({ length: 3000 }, (_, index) => anApp({ id: `app${index}`, integrations }));
  const document = catalogToDocument(aCatalog({ apps }));
  assert.ok(document.length > 1024 * 1024);
  assert.equal(assertAnswers(routes.changeCatalog, await put(document)).changed, true);
});

test("what only this server knows of a catalog is told among the warnings, with its line", async () => {
  // Beside the app in force: what the document does not name is kept.
  const path = ["apps", 1];
  const under = await anEngine();
  const { ask } = await anHttpOver({
    ...under,
    advice: () => [{ path, code: "catalog.secret_unset", message: "apps[1]: x" }],
  });
  const changed = await ask({ method: "PUT", url: "/v1/catalog", payload: otherCatalog, headers: jsonType });
  const { warnings } = assertAnswers(routes.changeCatalog, changed);
  assert.deepEqual(warnings, [{ path: "apps[0]", code: "catalog.secret_unset", message: "apps[0]: x", line: 1 }]);
});

test("an empty document is told what it begins with, and each place is named once", async () => {
  const { put } = await start();
  const empty = await put("# nothing yet\n", { headers: yamlType });
  assertProblem(empty, 422, "catalog.refused");
  assert.equal(empty.json().detail, "the document is empty; it begins with `carom: 1`");
  const two = await put("carom: 1\n---\ncarom: 1\n", { headers: yamlType });
  assert.equal(two.json().detail, "line 2: this holds several documents; write one, without `---` between");
  const tab = await put("carom: 1\npartners:\n\t- id: a\n", { headers: yamlType });
  assert.match(tab.json().detail, /^line 3: (?!line)/);
});
