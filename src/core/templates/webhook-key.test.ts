import assert from "node:assert/strict";
import { test } from "node:test";
import { webhookKeyOf } from "./webhook-key.ts";

test("a key of Standard Webhooks is base64, with or without its prefix, and nothing else is one", () => {
  assert.equal(webhookKeyOf("whsec_c2VjcmV0"), "c2VjcmV0");
  assert.equal(webhookKeyOf("c2VjcmV0"), "c2VjcmV0");
  assert.equal(webhookKeyOf("c2VjcmU="), "c2VjcmU=");
  assert.equal(webhookKeyOf("YQ=="), "YQ==");
  for (const none of ["", "whsec_", "not base64!! é", "whsec_abc", "c2Vj=cmV0"])
    assert.equal(webhookKeyOf(none), null, none);
});
