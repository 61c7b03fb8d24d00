import assert from "node:assert/strict";
import test from "node:test";
import { accountId, appId, partnerId, ruleId } from "#src/core/ids.ts";
import { integrationReceiverId, ruleReceiverId } from "#src/core/postbacks/target-key.ts";
import { aCatalog, anAccount, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { accountScopeOf } from "./account-scope.ts";
import { emptyLogScope, holdsEvent, holdsReceiver, holdsTarget, isEmptyLogScope, overlapOf } from "./log-scope.ts";

const agency = accountId("agency");
const network = partnerId("network");
const grant = {
  accountId: agency,
  configureInAppPostbacks: false,
  shareEvents: "attributed_only",
  shareRevenue: false,
  eventNames: [],
  replay: false,
} as const;

const catalog = aCatalog({
  accounts: [
    anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
    anAccount(),
    anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
    anAccount({ id: "other", kind: "advertiser", afPrtNames: [] }),
  ],
  partners: [
    aPartner({ id: "network", accountId: accountId("net") }),
    aPartner({ id: "private", accountId: accountId("acme") }),
    aPartner({ id: "shared" }),
  ],
  apps: [
    anApp({
      id: "shop",
      accountId: accountId("acme"),
      grants: [grant],
      integrations: [
        anIntegration({ partnerId: network }),
        anIntegration({ partnerId: network, configurator: agency }),
      ],
    }),
    anApp({ id: "game", accountId: accountId("acme"), grants: [{ ...grant, replay: true }], integrations: [] }),
    anApp({ id: "elsewhere", integrations: [] }),
  ],
});
const scopeOf = (id: string) => accountScopeOf(catalog, accountId(id));
const never = (): string | null => assert.fail("the agency's name is not asked for");

test("an advertiser sees everything of its own apps, and of others nothing", () => {
  const { looks, acts, seenApps, seenPartners, apps } = scopeOf("acme");
  assert.deepEqual(looks, acts);
  assert.deepEqual([...apps], ["shop", "game"]);
  assert.deepEqual([...seenApps], ["shop", "game"]);
  assert.deepEqual([...seenPartners], ["network", "private", "shared"]);
  assert.equal(holdsEvent(looks, "shop", never), true);
  assert.equal(holdsEvent(looks, "elsewhere", never), false);
  assert.equal(holdsReceiver(looks, integrationReceiverId(appId("shop"), network, agency)), true);
  assert.equal(holdsReceiver(looks, ruleReceiverId(appId("shop"), ruleId("r"))), true);
  assert.equal(holdsReceiver(looks, ruleReceiverId(appId("elsewhere"), ruleId("r"))), false);
  assert.equal(holdsTarget(looks, "shop", "rule:r"), true);
});

test("another advertiser does not see what one has made for itself", () => {
  const { looks, seenPartners, partners } = scopeOf("other");
  assert.equal(isEmptyLogScope(looks), true);
  assert.deepEqual([...seenPartners], ["network", "shared"]);
  assert.deepEqual([...partners], []);
});

test("an agency sees its own traffic and its own integrations, of apps that are granted to it", () => {
  const { looks, acts, grants } = scopeOf("agency");
  assert.deepEqual([...grants.keys()], ["shop", "game"]);
  assert.equal(
    holdsEvent(looks, "shop", () => "agencyprt"),
    true,
  );
  assert.equal(
    holdsEvent(looks, "shop", () => "another"),
    false,
  );
  assert.equal(
    holdsEvent(looks, "shop", () => null),
    false,
  );
  assert.equal(holdsEvent(looks, "elsewhere", never), false);
  assert.equal(holdsReceiver(looks, integrationReceiverId(appId("shop"), network, agency)), true);
  assert.equal(holdsReceiver(looks, integrationReceiverId(appId("shop"), network, null)), false);
  assert.equal(holdsReceiver(looks, ruleReceiverId(appId("shop"), ruleId("r"))), false);
  assert.equal(holdsTarget(looks, "shop", "integration:network:agency/m"), true);
  assert.equal(holdsTarget(looks, "elsewhere", "integration:network:agency/m"), false);
  assert.deepEqual(acts.agency?.apps, ["game"]);
});

test("a partner sees every postback to it and no event, and acts on none", () => {
  const { looks, acts, seenApps } = scopeOf("net");
  assert.deepEqual([...seenApps], ["shop"]);
  assert.equal(holdsReceiver(looks, integrationReceiverId(appId("shop"), network, null)), true);
  assert.equal(holdsReceiver(looks, integrationReceiverId(appId("shop"), partnerId("private"), null)), false);
  assert.equal(holdsEvent(looks, "shop", never), false);
  assert.equal(holdsTarget(looks, "shop", "rule:r"), false);
  assert.equal(isEmptyLogScope(acts), true);
});

test("an account that is no more sees nothing, and no receiver is in nothing", () => {
  const scope = scopeOf("gone");
  assert.equal(scope.account, null);
  assert.deepEqual(scope.looks, emptyLogScope);
  assert.equal(holdsReceiver(scopeOf("acme").looks, "nonsense"), false);
});

test("what was asked for then holds as far as it is the account's now", () => {
  const [shop, game] = [appId("shop"), appId("game")];
  const ofAgency = (...apps: readonly ReturnType<typeof appId>[]) => ({ accountId: agency, afPrtNames: ["prt"], apps });
  const then = { apps: [shop, game], agency: null, partners: [network] };
  assert.deepEqual(overlapOf(then, then), then);
  assert.deepEqual(overlapOf(then, emptyLogScope), emptyLogScope);
  const { afPrtNames: _, ...renamed } = ofAgency(game);
  const now = { apps: [shop], agency: { ...renamed, afPrtNames: ["new"] }, partners: [] };
  const narrowed = { apps: [shop], agency: { ...ofAgency(game), afPrtNames: ["new"] }, partners: [] };
  assert.deepEqual(overlapOf(then, now), narrowed, "an app that was its own and is granted to it now");
  const granted = { ...emptyLogScope, agency: ofAgency(shop) };
  assert.deepEqual(overlapOf(granted, then), granted, "an app that was granted, and is all its own now");
  assert.ok(isEmptyLogScope(overlapOf(granted, { ...emptyLogScope, agency: ofAgency(game) })));
});
