import assert from "node:assert/strict";
import { test } from "node:test";
import { isAbsentText } from "./absent-value.ts";

test("empty texts, None and unresolved macros are no value", () => {
  for (const text of [
    "",
    " ",
    "\n",
    "None",
    "{ifa}",
    "{{ifa}}",
    `$${"{ifa}"}`,
    "[replace_me]",
    "[x]",
    "%ifa%",
    "%x%",
  ]) {
    assert.ok(isAbsentText(text), text);
  }
});

test("values that only look a little like macros are values", () => {
  for (const text of [
    "none",
    "0",
    "null",
    "{}",
    '{"a":1}',
    "{a: 1}",
    "[1,2]",
    "100%",
    "%20off%20",
    "$5",
    "(direct)",
    "a{b}",
  ]) {
    assert.ok(!isAbsentText(text), text);
  }
});
