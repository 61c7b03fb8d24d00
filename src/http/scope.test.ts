import assert from "node:assert/strict";
import test from "node:test";
import { accountId, appId } from "#src/core/ids.ts";
import { aCatalog, anAccount, anApp } from "#test/support/a-catalog.ts";
import { type Caller, nobody } from "./caller.ts";
import { scopeOf } from "./scope.ts";

test("a key of one app reads that app for as long as it is its account's", () => {
  const app = appId("com.example.game");
  const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });
  const catalogOf = (owner: string) =>
    aCatalog({ accounts: [acme], apps: [anApp({ id: app, accountId: accountId(owner), integrations: [] })] });
  const caller: Caller = { ...nobody, kind: "export", accountId: acme.id, appId: app };
  const own = scopeOf(catalogOf("acme"), caller);
  assert.deepEqual([own.kind, own.looks.isEmpty, own.seesApp(app)], ["app", false, true]);
  const moved = scopeOf(catalogOf("main"), caller);
  assert.deepEqual([moved.kind, moved.looks.isEmpty, moved.seesApp(app)], ["none", true, false]);
});
