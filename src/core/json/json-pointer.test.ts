import assert from "node:assert/strict";
import { test } from "node:test";
import { valueAtPointer } from "./json-pointer.ts";

const document = '{"a":{"b":[10,{"c":true}]},"m~n":1,"x/y":"s","":"empty","none":null}';

test("a pointer finds plain values as text, by RFC 6901", () => {
  assert.equal(valueAtPointer(document, "/a/b/0"), "10");
  assert.equal(valueAtPointer(document, "/a/b/1/c"), "true");
  assert.equal(valueAtPointer(document, "/m~0n"), "1");
  assert.equal(valueAtPointer(document, "/x~1y"), "s");
  assert.equal(valueAtPointer(document, "/"), "empty");
  assert.equal(valueAtPointer(document, "/none"), "null");
  assert.equal(valueAtPointer('"whole"', ""), "whole");
});

test("objects, arrays, what is not there, and text that is no JSON have no value", () => {
  for (const pointer of [
    "",
    "/a",
    "/a/b",
    "/a/b/2",
    "/a/b/01",
    "/a/b/-",
    "/a/b/length",
    "/zz",
    "/toString",
    "a",
    "/none/x",
  ]) {
    assert.equal(valueAtPointer(document, pointer), null, pointer);
  }
  assert.equal(valueAtPointer("OK", "/a"), null);
});
