import assert from "node:assert/strict";
import { test } from "node:test";
import { templateProblemCodes, templateWarningCodes } from "./template-codes.ts";

test("a code either refuses a template or warns of it", () => {
  const warnings = new Set(Object.keys(templateWarningCodes));
  const both = Object.keys(templateProblemCodes).filter((code) => warnings.has(code));
  assert.deepEqual(both, []);
});
