import assert from "node:assert/strict";
import { test } from "node:test";
import type { PartAddress } from "#src/core/catalog/catalog-part.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { accountId, appId, partnerId, ruleId } from "#src/core/ids.ts";
import { aCatalog, aGrant, anAccount, anApp, anIntegration, aPartner, aRule } from "#test/support/a-catalog.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { partAccess } from "./part-access.ts";

const acme = accountId("acme");
const network = accountId("net");
const idle = accountId("idle");
const agencies = [anAccount(), anAccount({ id: "idle", afPrtNames: [] })];
const compilation = compileCatalog(
  aCatalog({
    accounts: [
      anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
      anAccount({ id: "other", kind: "advertiser", afPrtNames: [] }),
      ...agencies,
      anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
    ],
    partners: [aPartner(), aPartner({ id: "net", accountId: network }), aPartner({ id: "own", accountId: acme })],
    apps: [
      anApp({
        id: "shop",
        accountId: acme,
        rules: [aRule({ id: "r" })],
        grants: [
          aGrant({ configureInAppPostbacks: true }),
          aGrant({ accountId: "idle", configureInAppPostbacks: false }),
        ],
        integrations: [
          anIntegration({ partnerId: "net" }),
          anIntegration({ partnerId: "net", configurator: "agency" }),
          anIntegration({ partnerId: "net", configurator: "idle" }),
        ],
      }),
      anApp({ id: "elsewhere", integrations: [] }),
    ],
  }),
  { hashes: testHashes },
);
assert.ok(compilation.kind === "compiled");
const { compiled } = compilation;

const shop = appId("shop");
const integration = (configurator: string | null): PartAddress => ({
  kind: "integration",
  appId: shop,
  partnerId: partnerId("net"),
  configurator: configurator === null ? null : accountId(configurator),
});
const addresses: readonly PartAddress[] = [
  { kind: "everything" },
  { kind: "account", accountId: acme },
  { kind: "partner", partnerId: partnerId("examplenetwork_int") },
  { kind: "partner", partnerId: partnerId("net") },
  { kind: "partner", partnerId: partnerId("own") },
  { kind: "partner", partnerId: partnerId("none") },
  { kind: "app", appId: shop },
  { kind: "app", appId: appId("elsewhere") },
  { kind: "rule", appId: shop, ruleId: ruleId("r") },
  { kind: "grant", appId: shop, accountId: idle },
  integration(null),
  integration("agency"),
  integration("idle"),
];

const letters = { none: "-", sees: "s", changes: "c" } as const;
const rowOf = (account: string): string =>
  addresses.map((address) => letters[partAccess(compiled, accountId(account), address)]).join("");

test("whose each part is to each account", () => {
  assert.deepEqual(
    ["acme", "other", "agency", "idle", "net", mainAccountId].map((account) => [account, rowOf(account)]),
    [
      ["acme", "-sssc-c-ccccc"],
      ["other", "--ss---------"],
      ["agency", "--ss--s----c-"],
      ["idle", "--ss--s--s--s"],
      ["net", "--sc--s---sss"],
      ["main", "--cs---c-----"],
    ],
  );
});
