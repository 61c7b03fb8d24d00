import assert from "node:assert/strict";
import { test } from "node:test";
import { partKey } from "#src/core/ids.ts";
import { readCatalogParts } from "./catalog-parts.ts";

const integration = (parameters: object, eventName = "level_up"): string =>
  JSON.stringify({
    partner_id: "north",
    parameters,
    mappings: [{ event_name: eventName }, { event_name: "purchase" }],
  });

const part = (key: string, document: string) => ({ key: partKey(key), document });

/** Apps `one`, `two`, …, each with one integration of such a document. */
const integrationsOf = (documents: readonly string[]) => {
  const ids = ["one", "two", "three"].slice(0, documents.length);
  const reading = readCatalogParts(
    [
      part("partner/north", JSON.stringify({ id: "north", name: "North", kind: "ad_network" })),
      ...ids.map((id) => part(`app/${id}`, JSON.stringify({ id, name: id }))),
      ...documents.map((document, index) => part(`integration/${ids[index]}/north`, document)),
    ],
    1,
  );
  assert.equal(reading.kind, "read");
  return reading.kind === "read" ? reading.catalog.apps.map((app) => app.integrations[0]) : [];
};

test("integrations of equal documents are one object, each in its own app", () => {
  const [one, two, three] = integrationsOf([integration({}), integration({}, "other"), integration({})]);
  assert.equal(one, three);
  assert.notDeepEqual(one, two);
});

test("integrations that differ share what is equal in them", () => {
  const [one, two, three] = integrationsOf([
    integration({ token: "a" }),
    integration({ token: "b" }),
    integration({ token: "b" }, "other"),
  ]);
  assert.notEqual(one, two);
  assert.equal(one?.mappings, two?.mappings);
  assert.equal(one?.inApp, two?.inApp);
  assert.notEqual(two?.mappings, three?.mappings);
  assert.equal(two?.mappings[1], three?.mappings[1]);
  assert.deepEqual([one?.parameters, two?.parameters], [{ token: "a" }, { token: "b" }]);
  assert.equal(two?.parameters, three?.parameters);
});
