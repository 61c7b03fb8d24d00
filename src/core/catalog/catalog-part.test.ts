import assert from "node:assert/strict";
import { test } from "node:test";
import { aCatalog, aGrant, anAccount, anApp, anIntegration, aPartner, aRule } from "#test/support/a-catalog.ts";
import { addressOf, appOfKey, catalogOfParts, partKeyOf, partsOf, readPartKey } from "./catalog-part.ts";
import { changedParts } from "./changed-parts.ts";
import { mergeCatalogs } from "./merge-catalogs.ts";
import { partOfPath, placesOf } from "./part-path.ts";

const integrations = [anIntegration(), anIntegration({ configurator: "agency" })];
const game = anApp({ integrations, rules: [aRule({ id: "crash" })], grants: [aGrant()] });
const whole = aCatalog({ accounts: [anAccount()], apps: [game, anApp({ id: "com.example.other" })] });

const keysOf = (catalog: typeof whole) => partsOf(catalog).map((part) => partKeyOf(addressOf(part)));

test("every part has a key of its own, and is of the app that it stands in", () => {
  assert.deepEqual(
    keysOf(whole).map((key) => [key, appOfKey(key)]),
    [
      ["everything", null],
      ["account/agency", null],
      ["partner/examplenetwork_int", null],
      ["app/com.example.game", "com.example.game"],
      ["integration/com.example.game/examplenetwork_int", "com.example.game"],
      ["integration/com.example.game/examplenetwork_int/agency", "com.example.game"],
      ["rule/com.example.game/crash", "com.example.game"],
      ["grant/com.example.game/agency", "com.example.game"],
      ["app/com.example.other", "com.example.other"],
      ["integration/com.example.other/examplenetwork_int", "com.example.other"],
    ],
  );
});

test("a key is read back, and no other text is one", () => {
  for (const part of partsOf(whole)) assert.deepEqual(readPartKey(partKeyOf(addressOf(part))), addressOf(part));
  for (const text of ["", "planet/mars", "partner/a/b", "integration/a/b/c/d", "everything/x"])
    assert.equal(readPartKey(text), null, text);
});

test("a catalog is the same put together from its parts, in whichever order its parts come", () => {
  assert.deepEqual(catalogOfParts(partsOf(whole), whole.revision), whole);
  const backwards = catalogOfParts(partsOf(whole).toReversed(), whole.revision);
  assert.deepEqual(catalogOfParts(partsOf(backwards).toReversed(), whole.revision), whole);
});

test("what stands in an app that is not there is left out", () => {
  const orphans = partsOf(whole).filter(({ kind }) => kind !== "app");
  assert.deepEqual(catalogOfParts(orphans, 1).apps, []);
});

test("changed are the parts that are other objects, and what came and went", () => {
  const changed = anIntegration({ active: false });
  const apps = [{ ...game, integrations: [changed, ...integrations.slice(1)], rules: [] }];
  const after = { ...whole, active: false, apps };
  assert.deepEqual(
    changedParts(whole, after).map(({ key, before, after: fresh }) => [key, before !== null, fresh !== null]),
    [
      ["everything", true, true],
      ["integration/com.example.game/examplenetwork_int", true, true],
      ["rule/com.example.game/crash", true, false],
      ["app/com.example.other", true, false],
      ["integration/com.example.other/examplenetwork_int", true, false],
    ],
  );
  const renamed = { ...whole, apps: whole.apps.map((app) => ({ ...app, name: "x" })) };
  assert.deepEqual(
    changedParts(whole, renamed).map(({ key }) => key),
    ["app/com.example.game", "app/com.example.other"],
  );
  assert.deepEqual(changedParts(whole, { ...whole, apps: whole.apps.toReversed() }), [], "another order is no change");
  const made = changedParts(aCatalog({ partners: [], apps: [] }), aCatalog({ apps: [] }));
  assert.deepEqual(
    made.map(({ key, before }) => [key, before]),
    [["partner/examplenetwork_int", null]],
  );
});

test("of a merge what is the same stays the same object in its place, and what is lacking is kept", () => {
  const given = structuredClone(whole);
  assert.equal(mergeCatalogs(whole, given, { prune: true }).apps, whole.apps);
  assert.equal(mergeCatalogs(whole, given, { prune: true }).partners, whole.partners);
  const fewer = aCatalog({ accounts: [], partners: [aPartner({ id: "north" }), aPartner()], apps: [anApp()] });
  const kept = mergeCatalogs(whole, fewer, { prune: false });
  assert.deepEqual(
    kept.partners.map(({ id }) => id),
    ["examplenetwork_int", "north"],
  );
  assert.equal(kept.apps, whole.apps, "an app that says nothing of its rules keeps them");
  const pruned = mergeCatalogs(whole, fewer, { prune: true });
  assert.deepEqual([pruned.accounts, pruned.apps.length, pruned.apps[0]?.rules], [[], 1, []]);
  assert.equal(pruned.apps[0]?.integrations[0], integrations[0]);
});

test("what is given twice is left so, and refused by the check", () => {
  const doubled = aCatalog({ partners: [aPartner({ id: "north" }), aPartner({ id: "north" })] });
  assert.equal(mergeCatalogs(aCatalog({ partners: [] }), doubled, { prune: false }).partners.length, 2);
  const known = aCatalog({ partners: [aPartner({ id: "north" })] });
  assert.equal(mergeCatalogs(known, doubled, { prune: false }).partners.length, 2);
});

test("a path leads to its part and back, and one of a list as a whole to none", () => {
  const places = placesOf(whole);
  for (const [key, path] of places) {
    const { address, ...found } = partOfPath(whole, [...path, "name"]) ?? assert.fail(key);
    assert.deepEqual(found, { key, prefix: path, rest: ["name"] });
    assert.equal(partKeyOf(address), key);
  }
  assert.deepEqual([...places.keys()], keysOf(whole).slice(1));
  assert.deepEqual(partOfPath(whole, ["active"]), {
    key: "everything",
    address: { kind: "everything" },
    prefix: [],
    rest: ["active"],
  });
  for (const path of [["partners"], ["partners", 9], ["apps", 9, "rules", 0], ["zones", 0]])
    assert.equal(partOfPath(whole, path), null);
  assert.deepEqual(partOfPath(whole, ["apps", 0, "rules", 9])?.key, "app/com.example.game");
  assert.deepEqual(partOfPath(whole, ["apps", 0, "zones", 9])?.rest, ["zones", 9]);
});
