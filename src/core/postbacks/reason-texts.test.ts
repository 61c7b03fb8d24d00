import assert from "node:assert/strict";
import { test } from "node:test";
import { integrationSkipReasons, ruleSkipReasons } from "./decision.ts";
import { deadReasons } from "./postback.ts";
import { deadReasonTexts, integrationReasonTexts, ruleReasonTexts } from "./reason-texts.ts";

test("every skip reason is put into words, in the order in which the reasons are looked at", () => {
  assert.deepEqual(Object.keys(integrationReasonTexts), [...integrationSkipReasons, "already_served"]);
  assert.deepEqual(Object.keys(ruleReasonTexts), ruleSkipReasons);
});

test("every reason of a dead postback is put into words", () => {
  assert.deepEqual(Object.keys(deadReasonTexts), [...deadReasons]);
});
