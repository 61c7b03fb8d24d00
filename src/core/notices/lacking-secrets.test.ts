import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretUse } from "#src/core/catalog/secrets-in-use.ts";
import { accountId, appId, partnerId, ruleId, secretName } from "#src/core/ids.ts";
import { lackingSecrets } from "./lacking-secrets.ts";

const ofPartner: SecretUse = {
  name: "token",
  owner: accountId("main"),
  appId: appId("game"),
  partnerId: partnerId("north"),
  ruleId: null,
};
const inShop = { ...ofPartner, appId: appId("shop") };
const agencys = { ...ofPartner, owner: accountId("agency") };
const ofRule = { ...ofPartner, partnerId: null, ruleId: ruleId("crashes") };

test("one secret that many apps lack for one partner is one, and each rule's and account's is its own", () => {
  assert.deepEqual(lackingSecrets([ofPartner, inShop, agencys, ofRule], new Set()), [
    { subject: "token for partner north", use: ofPartner, others: 1 },
    { subject: "agency/token for partner north", use: agencys, others: 0 },
    { subject: "token for rule game/crashes", use: ofRule, others: 0 },
  ]);
});

test("what is set is not lacking, and another account's of the same name is another", () => {
  const found = lackingSecrets([ofPartner, agencys], new Set([secretName("token")]));
  assert.deepEqual(
    found.map(({ subject }) => subject),
    ["agency/token for partner north"],
  );
});
