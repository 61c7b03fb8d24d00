import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId, appId, mappingId, partnerId, receiverId, ruleId } from "#src/core/ids.ts";
import {
  configuratorOfReceiver,
  integrationReceiverId,
  ownerOfReceiver,
  partnerOfTarget,
  readTargetKey,
  removalReasonOf,
  ruleReceiverId,
  targetKeyOf,
  wholeTargetKey,
} from "./target-key.ts";

const app = appId("com.example.game");
const net = partnerId("net");
const agency = accountId("agency");
const rule = ruleId("crash-hook");

test("a target has one text, which tells its integration and its partner", () => {
  const target = { kind: "integration", partnerId: net, configurator: null, mappingId: null } as const;
  assert.equal(targetKeyOf(target), "integration:net");
  const mapped = targetKeyOf({ ...target, configurator: agency, mappingId: mappingId("m-1") });
  assert.equal(mapped, "integration:net:agency/m-1");
  assert.equal(wholeTargetKey(mapped), "integration:net:agency");
  assert.equal(wholeTargetKey("integration:net"), "integration:net");
  assert.equal(partnerOfTarget(mapped), net);
  assert.equal(targetKeyOf({ kind: "rule", ruleId: rule }), "rule:crash-hook");
  assert.equal(partnerOfTarget("rule:crash-hook"), null);
  for (const key of ["integration:net", mapped, "integration:net/m-1", "rule:crash-hook"]) {
    assert.equal(targetKeyOf(readTargetKey(key)), key);
  }
});

test("a receiver's id tells the app and whose it is", () => {
  assert.deepEqual(ownerOfReceiver(integrationReceiverId(app, net, agency)), {
    appId: app,
    partnerId: net,
    ruleId: null,
  });
  assert.deepEqual(ownerOfReceiver(integrationReceiverId(app, net, null))?.partnerId, net);
  assert.deepEqual(ownerOfReceiver(ruleReceiverId(app, rule)), { appId: app, partnerId: null, ruleId: rule });
  assert.deepEqual(ownerOfReceiver("match integration:net"), null);
  for (const text of ["integration", "rule", ""]) assert.equal(ownerOfReceiver(text), null);
  assert.equal(configuratorOfReceiver(integrationReceiverId(app, net, agency)), agency);
  assert.equal(configuratorOfReceiver(integrationReceiverId(app, net, null)), null);
  assert.equal(configuratorOfReceiver(ruleReceiverId(app, rule)), null);
});

test("what is gone from the catalog says what it was", () => {
  assert.equal(removalReasonOf(ruleReceiverId(app, rule)), "rule_removed");
  assert.equal(removalReasonOf(integrationReceiverId(app, net, null)), "integration_removed");
  assert.equal(removalReasonOf(receiverId("r")), "integration_removed");
});
