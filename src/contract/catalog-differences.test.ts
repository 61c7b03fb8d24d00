import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { anyCatalog } from "#test/support/any-catalog.ts";
import { catalogDifferences } from "./catalog-differences.ts";
import { catalogToDocument, readCatalogDocument } from "./catalog-document.ts";

const documentOf = (content: object): string => {
  const reading = readCatalogDocument(JSON.stringify({ carom: 1, ...content }), "json");
  return reading.kind === "read" ? reading.document : assert.fail(JSON.stringify(reading.problems));
};
const differencesOf = (before: object, after: object) => catalogDifferences(documentOf(before), documentOf(after));

const app = (...integrations: readonly object[]) => ({ apps: [{ id: "game", integrations }] });

test("it is empty for the same resources, and for no others", () => {
  fc.assert(
    fc.property(anyCatalog(), anyCatalog(), (one, other) => {
      const before = catalogToDocument(one);
      const after = catalogToDocument(other);
      assert.deepEqual(catalogDifferences(before, before), []);
      if (hasOwnIds(before) && hasOwnIds(after))
        assert.equal(catalogDifferences(before, after).length === 0, sorted(before) === sorted(after));
    }),
  );
});

/** The order of resources is no difference. */
const sorted = (document: string): string => {
  const catalog = JSON.parse(document);
  const texts = (list: readonly unknown[]) => list.map((member) => JSON.stringify(member)).toSorted();
  const apps = catalog.apps.map((one: Record<string, unknown[]>) => ({
    ...one,
    integrations: texts(one["integrations"] ?? []),
    rules: texts(one["rules"] ?? []),
    grants: texts(one["grants"] ?? []),
  }));
  return JSON.stringify({
    ...catalog,
    accounts: texts(catalog.accounts),
    partners: texts(catalog.partners),
    apps: texts(apps),
  });
};

/** Resources that share an id are refused before anybody compares them. */
const hasOwnIds = (document: string): boolean => {
  const { accounts, partners, apps } = JSON.parse(document);
  const lists = [accounts, partners, apps, ...apps.flatMap((one: { integrations: unknown[] }) => Object.values(one))];
  return lists.filter((list) => Array.isArray(list)).every((list) => new Set(list.map(identity)).size === list.length);
};
const identity = (member: { id?: string; partner_id?: string; configurator?: string; account_id?: string } | string) =>
  typeof member === "string"
    ? Symbol(member)
    : (member.id ?? member.account_id ?? `${member.partner_id}/${member.configurator}`);

test("resources come and go by their ids, with the app's before them, in the order of kinds and ids", () => {
  const before = { partners: [{ id: "b" }, { id: "c" }], ...app({ partner_id: "b" }) };
  const after = {
    partners: [{ id: "c" }, { id: "d" }, { id: "a" }],
    ...app({ partner_id: "c" }, { partner_id: "c", configurator: "agency" }),
  };
  assert.deepEqual(
    differencesOf(before, after).map(({ change, resource, id }) => `${change} ${resource} ${id}`),
    [
      "added partner a",
      "removed partner b",
      "added partner d",
      "removed integration game/b",
      "added integration game/c",
      "added integration game/c/agency",
    ],
  );
});

test("a changed field is told with before and after, in lists by the member's id", () => {
  const integration = (partner_event: string, ...more: readonly object[]) =>
    app({
      partner_id: "n",
      parameters: { k: "v" },
      mappings: [...more, { id: "buy", event_name: "buy", partner_event }],
    });
  const [difference, ...rest] = differencesOf(
    integration("sale"),
    integration("order", { id: "new", event_name: "x" }),
  );
  assert.deepEqual(rest, []);
  assert.deepEqual([difference?.change, difference?.resource, difference?.id], ["changed", "integration", "game/n"]);
  const [first, second] = difference?.fields ?? [];
  assert.deepEqual(first, { field: "mappings[buy].partner_event", before: "sale", after: "order" });
  assert.equal(second?.field, "mappings[new]");
  assert.equal("before" in (second ?? {}), false);
});

test("templates are known by the events that they are for", () => {
  const partner = (url: string) => ({
    partners: [
      {
        id: "n",
        templates: [
          { event_kind: "install", dialect: "appsflyer", url: "https://n.example/i" },
          { event_kind: "in_app_event", platform: "ios", dialect: "appsflyer", url },
        ],
      },
    ],
  });
  const [difference] = differencesOf(partner("https://n.example/1"), partner("https://n.example/2"));
  assert.deepEqual(difference?.fields, [
    { field: "templates[in_app_event ios].url", before: "https://n.example/1", after: "https://n.example/2" },
  ]);
});

test("the switch of everything is told, and what has another order only in a resource", () => {
  const before = { partners: [{ id: "a" }, { id: "b", media_sources: ["x", "y"] }] };
  const after = { active: false, partners: [{ id: "b", media_sources: ["y", "x"] }, { id: "a" }] };
  assert.deepEqual(differencesOf(before, after), [
    {
      change: "changed",
      resource: "catalog",
      id: "",
      fields: [{ field: "active", before: true, after: false }],
    },
    {
      change: "changed",
      resource: "partner",
      id: "b",
      fields: [{ field: "media_sources", before: ["x", "y"], after: ["y", "x"] }],
    },
  ]);
});
