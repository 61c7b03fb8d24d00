import assert from "node:assert/strict";
import test from "node:test";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { accountId } from "#src/core/ids.ts";
import { aCatalog, anAccount, anApp, aPartner } from "#test/support/a-catalog.ts";
import { mergeOwnPart, ownPartOf } from "./own-part.ts";

const acme = accountId("acme");
const grant = {
  accountId: accountId("agency"),
  configureInAppPostbacks: true,
  shareEvents: "all",
  shareRevenue: false,
  eventNames: "*",
  replay: false,
} as const;
const current = aCatalog({
  accounts: [anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }), anAccount()],
  partners: [aPartner(), aPartner({ id: "own", accountId: acme })],
  apps: [
    anApp({ id: "shop", accountId: acme }),
    anApp({ id: "elsewhere" }),
    anApp({ id: "game", accountId: acme, grants: [grant] }),
  ],
});
const part = ownPartOf(current, acme);
const merge = (written: Partial<Catalog>, by: { mayGrant?: boolean; prune?: boolean } = {}) =>
  mergeOwnPart(current, { ...part, ...written }, { accountId: acme, mayGrant: true, prune: true, ...by });
const idsOf = (merged: ReturnType<typeof merge>): readonly string[] =>
  merged.kind === "merged" ? merged.catalog.apps.map(({ id }) => id) : assert.fail(JSON.stringify(merged.problems));
const refused = (merged: ReturnType<typeof merge>): readonly string[] =>
  merged.kind === "refused" ? merged.problems.map(({ code, message }) => `${code} ${message}`) : [];

test("the own part is what the account owns, and put back unchanged it changes nothing", () => {
  assert.deepEqual(
    [part.apps.map(({ id }) => id), part.partners.map(({ id }) => id), part.accounts],
    [["shop", "game"], ["own"], []],
  );
  const merged = merge({});
  assert.ok(merged.kind === "merged");
  assert.deepEqual(merged.catalog, current);
  for (const [index, app] of merged.catalog.apps.entries()) assert.equal(app, current.apps[index]);
});

test("what is left out goes with prune, within the own part alone; what is new comes last", () => {
  assert.deepEqual(idsOf(merge({ apps: [] })), ["elsewhere"]);
  assert.deepEqual(idsOf(merge({ apps: [] }, { prune: false })), ["shop", "elsewhere", "game"]);
  const added = merge({ apps: [...part.apps, anApp({ id: "fresh" })] });
  assert.deepEqual(idsOf(added), ["shop", "elsewhere", "game", "fresh"]);
  assert.ok(added.kind === "merged");
  assert.equal(added.catalog.apps.at(-1)?.accountId, acme);
});

test("nothing of another account can be taken, given away or changed", () => {
  assert.deepEqual(refused(merge({ apps: [anApp({ id: "elsewhere", accountId: acme })] })), [
    "catalog.foreign apps[0].id: elsewhere belongs to another account",
  ]);
  assert.deepEqual(refused(merge({ partners: [aPartner({ id: "new", accountId: accountId("agency") })] })), [
    "catalog.foreign partners[0].account_id: agency is another account; leave it out",
  ]);
  assert.deepEqual(refused(merge({ apps: [anApp({ id: "shop" }), anApp({ id: "shop" })] })), [
    "catalog.duplicate_id apps[1].id: shop stands here twice",
  ]);
  assert.deepEqual(refused(merge({ accounts: [anAccount({ afPrtNames: ["mine"] })] })), [
    "catalog.foreign accounts[0]: accounts are the operator's to change",
  ]);
  assert.deepEqual(refused(merge({ accounts: [anAccount()] })), []);
  assert.deepEqual(refused(merge({ active: false })), [
    "catalog.foreign active: everything is the operator's to switch off",
  ]);
});

test("whom a grant lets configure another's app is told the way that does it, and nobody else", () => {
  const told = (owner: string, kind: "agency" | "partner", configures = true) => {
    const by = { accountId: accountId(owner), mayGrant: true, prune: false };
    const granted = { ...grant, accountId: by.accountId, configureInAppPostbacks: configures };
    const apps = [anApp({ id: "game", accountId: acme, grants: [granted] })];
    const whole = { ...current, accounts: [anAccount({ id: owner, kind })], apps };
    return refused(mergeOwnPart(whole, { ...ownPartOf(whole, by.accountId), apps }, by))[0] ?? "";
  };
  const way = "PUT /v1/apps/game/integrations/<partner_id>";
  assert.ok(told("bright", "agency").includes(`${way}?configurator=bright, and simulate it with POST /v1/simulations`));
  assert.ok(told("net", "partner").includes(`${way}, and simulate it`));
  assert.match(told("bright", "agency", false), /belongs to another account$/);
});

test("grants are changed by an admin; an editor puts them back as they are", () => {
  assert.deepEqual(refused(merge({}, { mayGrant: false })), []);
  const regranted = part.apps.map((app) => ({ ...app, grants: [{ ...grant, replay: true }] }));
  assert.deepEqual(refused(merge({ apps: regranted })), []);
  assert.deepEqual(refused(merge({ apps: regranted }, { mayGrant: false })), [
    "catalog.role apps[0].grants: grants are changed by an admin or owner",
    "catalog.role apps[1].grants: grants are changed by an admin or owner",
  ]);
  const granted = [...part.apps, anApp({ id: "fresh", grants: [grant] })];
  assert.equal(refused(merge({ apps: granted }, { mayGrant: false })).length, 1);
});
