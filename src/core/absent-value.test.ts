import assert from "node:assert/strict";
import { test } from "node:test";
import { isAbsentId, isAbsentName, isAbsentText } from "./absent-value.ts";

const inBraces = (name: string): string => `{${name}}`;

test("empty texts, words for nothing and unresolved macros are no value", () => {
  for (const text of [
    "",
    " ",
    "\n",
    "None",
    "null",
    "NULL",
    "undefined",
    "{ifa}",
    "{{ifa}}",
    "{%ifa%}",
    `$${inBraces("ifa")}`,
    "[replace_me]",
    "[x]",
    "%ifa%",
    "%x%",
  ]) {
    assert.ok(isAbsentText(text), text);
    assert.ok(isAbsentName(text), text);
    assert.ok(isAbsentId(text), text);
  }
});

test("values that only look a little like macros are values", () => {
  for (const text of [
    "none",
    "0",
    "nullify",
    "{}",
    '{"a":1}',
    "{a: 1}",
    "[1,2]",
    "100%",
    "%20off%20",
    "$5",
    "(direct)",
    "N/A",
    "unknown",
    "a{b}",
  ]) {
    assert.ok(!isAbsentText(text), text);
  }
});

const foreign = ["(idfa)", "$$sdk(idfa)", "__IDFA__", "#idfa#", `#${inBraces("idfa")}`, "<idfa>", " (media source) "];

test("a name is not written like a macro of any notation", () => {
  for (const text of foreign) assert.ok(isAbsentName(text), text);
  for (const text of ["unknown", "a (b)", "_a_", "#1", "level<5", "none"]) assert.ok(!isAbsentName(text), text);
});

test("an id is neither a macro nor a word for not known", () => {
  for (const text of [...foreign, "N/A", "n/a", "unknown", "UNKNOWN", "none", " nil "]) {
    assert.ok(isAbsentId(text), text);
  }
  for (const text of ["0", "user (7)", "__x", "1547985076649-5309999", "unknown-7"]) assert.ok(!isAbsentId(text), text);
});
