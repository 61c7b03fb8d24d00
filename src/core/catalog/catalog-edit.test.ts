import assert from "node:assert/strict";
import { test } from "node:test";
import { aCatalog, aGrant, anAccount, anApp, anIntegration, aPartner, aRule } from "#test/support/a-catalog.ts";
import { findPart, putPart, removeIntegrationsOf, removePart } from "./catalog-edit.ts";
import { addressOf, catalogOfParts, partsOf } from "./catalog-part.ts";
import { mainAccountId } from "./main-account.ts";

const integrations = [anIntegration(), anIntegration({ configurator: "agency" })];
const whole = aCatalog({
  accounts: [anAccount()],
  apps: [anApp({ integrations, rules: [aRule({ id: "crash" })], grants: [aGrant()] }), anApp({ id: "other" })],
});
const empty = aCatalog({ partners: [], apps: [] });

test("every part is found at its address, and put into another catalog one by one makes the same", () => {
  const parts = partsOf(whole);
  for (const part of parts) assert.deepEqual(findPart(whole, addressOf(part)), part);
  const made = parts.reduce(putPart, empty);
  assert.deepEqual(made, whole);
  assert.deepEqual(parts.reduce(putPart, whole), whole, "what is put over itself is the same");
  assert.deepEqual(putPart(whole, { kind: "everything", value: { active: false } }).active, false);
});

test("what is not there is not found, and the main account always is", () => {
  for (const part of partsOf(whole).slice(1)) assert.equal(findPart(empty, addressOf(part)), null);
  assert.equal(findPart(empty, { kind: "account", accountId: mainAccountId })?.kind, "account");
});

test("a part that is removed is gone, an app with all that stands in it, and nothing else", () => {
  for (const address of partsOf(whole).map(addressOf)) {
    if (address.kind === "everything") continue;
    const left = removePart(whole, address);
    assert.equal(findPart(left, address), null);
    const gone = address.kind === "app" ? (address.appId === "other" ? 2 : 5) : 1;
    assert.equal(partsOf(left).length, partsOf(whole).length - gone, address.kind);
  }
});

test("a partner's integrations are taken out of every app, and an app without them stays the same object", () => {
  const other = anApp({ id: "none", integrations: [] });
  const left = removeIntegrationsOf({ ...whole, apps: [...whole.apps, other] }, aPartner().id);
  assert.deepEqual(
    left.apps.map((app) => app.integrations.length),
    [0, 0, 0],
  );
  assert.equal(left.apps[2], other);
  const named = anApp({ integrations: [], customEvents: [{ name: "e", createdUnder: aPartner().id }] });
  const [freed] = removeIntegrationsOf(aCatalog({ apps: [named] }), aPartner().id).apps;
  assert.deepEqual(freed?.customEvents, [{ name: "e", createdUnder: null }]);
  assert.deepEqual(catalogOfParts(partsOf(left), 1), left);
});
