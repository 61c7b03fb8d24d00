import assert from "node:assert/strict";
import { test } from "node:test";
import { anAttempt } from "#test/support/a-recorded-event.ts";
import { packAttempt, unpackAttempt } from "./attempt-text.ts";

test("an attempt is read back as it was, with what of the success test it did not meet", () => {
  const unmet = { test: "body", expected: 'must not be "error"', actual: '/result/status was "ERROR"' } as const;
  for (const attempt of [
    anAttempt(1),
    anAttempt(2, { status: 429 }),
    anAttempt(3, { fault: "reset" }),
    anAttempt(4, { unmet, outcome: "permanent" }),
  ])
    assert.deepEqual(unpackAttempt(packAttempt(attempt)), attempt);
});

test("an attempt that an older Carom kept has nothing unmet to tell", () => {
  const kept = '[1,1768392000000,12,null,1,9,"permanent",true,"192.0.2.1",404,[],"no",false,null]';
  assert.deepEqual(unpackAttempt(kept).unmet, null);
  assert.equal(unpackAttempt('[1,1768392000000,12,null,1,9,"retryable",true,null,"reset","gone"]').unmet, null);
});
