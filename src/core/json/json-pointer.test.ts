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

test("a value is as it is written: no number is rounded, and none is made shorter", () => {
  assert.equal(valueAtPointer('{"ret": 9007199254740993 }', "/ret"), "9007199254740993");
  assert.equal(valueAtPointer('{"ret":1.0}', "/ret"), "1.0");
  assert.equal(valueAtPointer(' [ 1e2 , [ "a\\"b" ] ] ', "/0"), "1e2");
  assert.equal(valueAtPointer(' [ 1e2 , [ "a\\"b" ] ] ', "/1/0"), 'a"b');
  assert.equal(valueAtPointer(" -0 ", ""), "-0");
  assert.equal(valueAtPointer('{"a":1,"\\u0061":2}', "/a"), "2", "the last of doubled members wins");
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
