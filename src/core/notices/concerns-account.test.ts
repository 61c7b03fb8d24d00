import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId, appId, partnerId } from "#src/core/ids.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { concernsAccount } from "./concerns-account.ts";

const studio = accountId("studio");
const network = accountId("network");
const base = aCatalog();
const catalog = {
  apps: base.apps.map((app) => ({ ...app, accountId: studio })),
  partners: base.partners.map((partner) => ({ ...partner, accountId: network })),
};
const trouble = { appId: catalog.apps[0]?.id ?? null, partnerId: catalog.partners[0]?.id ?? null };

test("a trouble concerns who owns the app, who owns the partner, and who operates the server", () => {
  const concerned = ["studio", "network", "main", "others"].map((id) =>
    concernsAccount(trouble, accountId(id), catalog),
  );
  assert.deepEqual(concerned, [true, true, true, false]);
});

test("what is of no app and no partner concerns who operates the server alone", () => {
  const whole = { appId: null, partnerId: null };
  assert.deepEqual(
    [concernsAccount(whole, studio, catalog), concernsAccount(whole, accountId("main"), catalog)],
    [false, true],
  );
  const unknown = { appId: appId("unknown"), partnerId: partnerId("unknown") };
  assert.equal(concernsAccount(unknown, studio, catalog), false);
});
