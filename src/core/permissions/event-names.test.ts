import assert from "node:assert/strict";
import { test } from "node:test";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { accountId, appId } from "#src/core/ids.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { seenEventNames } from "./event-names.ts";

test("an owner reads all names, a grantee those that are granted, a partner those that are mapped for it", () => {
  const compilation = compileCatalog(
    aCatalog({
      accounts: [
        anAccount(),
        anAccount({ id: "all", afPrtNames: [] }),
        anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
      ],
      partners: [aPartner({ id: "net", accountId: accountId("net") }), aPartner()],
      apps: [
        anApp({
          id: "shop",
          grants: [aGrant({ eventNames: ["a", "b"] }), aGrant({ accountId: "all", eventNames: "*" })],
          integrations: [
            anIntegration({ mappings: [aMapping({ eventName: "x" })] }),
            anIntegration({ partnerId: "net", mappings: [aMapping({ eventName: "y" })] }),
          ],
        }),
      ],
    }),
    { hashes: testHashes },
  );
  assert.ok(compilation.kind === "compiled");
  const { compiled } = compilation;
  const names = (account: string, app = "shop") => {
    const seen = seenEventNames(compiled, accountId(account), appId(app));
    return seen === "*" ? seen : [...seen].join(" ");
  };
  assert.deepEqual(
    [mainAccountId, "all", "agency", "net", "nobody"].map((account) => names(account)),
    ["*", "*", "a b", "y", ""],
  );
  assert.equal(names(mainAccountId, "none"), "");
});
