import assert from "node:assert/strict";
import { test } from "node:test";
import { integrationSkipReasons } from "./decision.ts";
import { deadReasons } from "./postback.ts";
import { deadReasonTexts, skipReasonTexts } from "./reason-texts.ts";

test("every skip reason is put into words, in the order in which the reasons are looked at", () => {
  assert.deepEqual(Object.keys(skipReasonTexts), [...integrationSkipReasons, "already_served"]);
});

test("every reason of a dead postback is put into words", () => {
  assert.deepEqual(Object.keys(deadReasonTexts), [...deadReasons]);
});
