import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { MacroForm, ValueSource } from "#src/core/macros/macro.ts";
import { macros } from "#src/core/macros/registry.ts";
import { maskedText } from "#src/core/money/mask-pairs.ts";
import { anEventView, testHashes } from "#test/support/an-event-view.ts";
import { readTransformCalls } from "./read-transform-calls.ts";
import { type TransformedValue, transformedValue, transformsMax } from "./transformed-value.ts";
import { transforms } from "./transforms.ts";

const source = (value: string | null, form: MacroForm = "text"): ValueSource => ({
  name: "x",
  form,
  eventTypes: ["in_app_event"],
  isPersonal: false,
  encoding: "by_place",
  keyedHash: null,
  read: () => value,
});

const transformed = (value: string | null, written: string, form?: MacroForm): TransformedValue => {
  const read = readTransformCalls(`|${written}}`, 0);
  assert.ok(read.kind === "read", written);
  return transformedValue(source(value, form), read.calls);
};
const through = (value: string | null, written: string, form?: MacroForm): string | null => {
  const outcome = transformed(value, written, form);
  assert.ok(outcome.kind === "value", outcome.kind === "refused" ? outcome.message : "");
  return outcome.value.read(anEventView(), testHashes);
};
const refusal = (written: string): string => {
  const outcome = transformed("1", written);
  assert.ok(outcome.kind === "refused", written);
  return outcome.message;
};

test("every transform does what its example says, and says what it is for", () => {
  for (const { name, usage, meaning, example } of transforms) {
    assert.match(meaning, /\.$/, name);
    assert.ok(usage.startsWith(name), name);
    const outcome = transformed(example.value, example.written);
    assert.ok(outcome.kind === "value", name);
    const value = outcome.value.read(anEventView(), testHashes) ?? "";
    const { keyedHash } = outcome.value;
    const becomes =
      keyedHash === null ? value : createHmac("sha256", keyedHash.secret).update(value).digest(keyedHash.output);
    assert.equal(becomes, example.becomes, name);
  }
});

test("the transforms of the product are all there", () => {
  assert.deepEqual(
    transforms.map(({ name }) => name).toSorted(),
    [
      ...["upper", "lower", "trim", "md5", "sha1", "sha256", "hmac", "base64", "hex", "json"],
      ...["date", "hour_floor", "unix_s", "unix_ms", "round", "map", "truncate", "default", "raw"],
    ].toSorted(),
  );
});

test("a masked value goes through every transform unchanged, whatever stands before and after", () => {
  const written = fc.constantFrom(
    ...transforms.map(({ example }) => example.written).filter((text) => text !== "raw" && !text.startsWith("hmac")),
    "map:N/A=0:*=1",
    "default:0",
    "truncate:1",
    "sha256:base64",
  );
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 8 }), (all) => {
      assert.equal(through(maskedText, all.join("|")), maskedText);
    }),
  );
});

test("no transform throws, whatever the value is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      for (const { example } of transforms) through(value, example.written);
    }),
  );
  assert.equal(through("99999999999999999999", "date"), null);
});

test("without a value only default has something to say", () => {
  assert.equal(through(null, "upper|sha256|round"), null);
  assert.equal(through(null, "upper|default:none|upper"), "NONE");
  assert.equal(through("", "default:0"), "0");
  assert.equal(through("5", "default:0"), "5");
  assert.equal(through("later", "unix_s|default:0"), "0");
});

test("a number is rounded on its digits, halves away from zero", () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ["1.005", "round:2", "1.01"],
    ["2.5", "round", "3"],
    ["-2.5", "round", "-3"],
    ["-0.4", "round", "0"],
    ["9.99", "round:1", "10.0"],
    ["999.5", "round", "1000"],
    ["12345678901234567890.5", "round", "12345678901234567891"],
    ["5", "round:2", "5.00"],
    ["0.004", "round:2", "0.00"],
    ["+007.10", "round:1", "7.1"],
    ["1.5e3", "round", "1500"],
    ["1e400", "round", null],
    ["12 EUR", "round", null],
    ["", "round", null],
  ];
  for (const [value, written, expected] of cases) assert.equal(through(value, written), expected, value);
});

test("a time is read in every form that events have, and written in UTC", () => {
  for (const time of ["2016-01-04 16:06:07.089", "2016-01-04T17:06:07.089+01:00", "1451923567089"]) {
    assert.equal(through(time, "date"), "2016-01-04");
    assert.equal(through(time, "date:iso"), "2016-01-04T16:06:07.089Z");
    assert.equal(through(time, "date:'yy/MM/dd HH:mm:ss.SSS'"), "16/01/04 16:06:07.089");
    assert.equal(through(time, "unix_ms"), "1451923567089");
    assert.equal(through(time, "hour_floor|unix_s"), "1451923200");
  }
  assert.equal(through("soon", "date"), null);
});

test("a length is counted in characters, and none is cut in two", () => {
  assert.equal(through("😀😀😀", "truncate:2"), "😀😀");
  assert.equal(through("ab", "truncate:2"), "ab");
  assert.equal(through("abc", "truncate:2"), "ab");
});

test("map takes the text of the value, of all others, or leaves it", () => {
  assert.equal(through("lead", "map:lead=0:sale=1"), "0");
  assert.equal(through("other", "map:lead=0:sale=1"), "other");
  assert.equal(through("other", "map:lead=0:*=9"), "9");
  assert.equal(through("a|b", "map:'a|b'='c:d''e'"), "c:d'e");
  assert.equal(through("toString", "map:a=b:*=none"), "none");
});

test("a digest goes out in hex, or in base64 of its bytes", () => {
  assert.equal(through("abc", "sha1:hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assert.equal(through("abc", "md5:base64"), "kAFQmDzST7DWlj99KOF/cg==");
  assert.equal(through("abc", "base64"), "YWJj");
});

test("json writes a value as its form says", () => {
  assert.equal(through("5", "json"), '"5"');
  assert.equal(through("5", "json", "number"), "5");
  assert.equal(through('{"a":1}', "json", "json"), '{"a":1}');
  assert.equal(through('{"a":1}', "upper|json", "json"), '"{\\"A\\":1}"');
});

test("wrong arguments are told with the way to write them", () => {
  assert.equal(refusal("upper:x"), "upper takes no argument");
  assert.equal(refusal("raw:1"), "raw takes no argument");
  assert.equal(refusal("hex:1"), "hex takes no argument");
  assert.equal(refusal("json:1"), "json takes no argument");
  assert.equal(refusal("unix_s:1"), "unix_s takes no argument");
  assert.match(refusal("base64:u"), /base64:url/);
  assert.match(refusal("base64:url:1"), /base64:url/);
  assert.match(refusal("truncate"), /truncate:100/);
  assert.match(refusal("truncate:0"), /from 1 to/);
  assert.match(refusal("truncate:1:2"), /from 1 to/);
  assert.match(refusal("round:x"), /round:2/);
  assert.match(refusal("round:1:2"), /round:2/);
  assert.match(refusal("default"), /default:0/);
  assert.match(refusal("default:1:2"), /default:0/);
  assert.match(refusal("map"), /map:true=1/);
  assert.match(refusal("map:true"), /"true" is no from=to/);
  assert.match(refusal("map:a=1:a=2"), /"a" stands twice/);
  assert.match(refusal("date:yyyy-QQ"), /format "yyyy-QQ"/);
  assert.match(refusal("date:a:b"), /in quotes/);
  assert.match(refusal("sha1:octal"), /sha1:base64/);
  assert.match(refusal("hmac"), /hmac:signing_key/);
  assert.match(refusal("hmac:a key"), /hmac:signing_key/);
  assert.match(refusal("hmac:key:binary"), /hmac:signing_key/);
});

test("an unknown transform is told with the one likely meant, else with all of them", () => {
  assert.equal(refusal("uper"), "unknown transform |uper; did you mean |upper?");
  assert.match(refusal("foo"), /^unknown transform \|foo; there are upper, lower, /);
});

test("raw and hmac come last, and the number of transforms is limited", () => {
  assert.equal(refusal("raw|upper"), "nothing can follow raw");
  assert.equal(refusal("hmac:key|upper"), "nothing can follow hmac");
  assert.equal(
    refusal(
      Array(transformsMax + 1)
        .fill("upper")
        .join("|"),
    ),
    "a macro has at most 8 transforms",
  );
});

test("a time that need not be read again is written as if it were", () => {
  const at = Date.UTC(2016, 0, 5, 10, 20, 30, 456);
  const written = ["date:iso", "date", "hour_floor|unix_s", "unix_s", "unix_ms|hex", "upper|date"];
  for (const instant of [at, at + 0.5, null, -1, Number.NaN, 1e300]) {
    const view = anEventView({ installedAt: instant });
    for (const name of ["install_time", "install_time_hour", "install_unix_ts"]) {
      const macro = macros.find((each) => each.name === name);
      assert.ok(macro?.instant !== undefined);
      const { instant: _instant, ...read } = macro;
      for (const each of written) {
        const calls = readTransformCalls(`|${each}}`, 0);
        assert.ok(calls.kind === "read");
        const fast = transformedValue(macro, calls.calls);
        const slow = transformedValue(read, calls.calls);
        assert.ok(fast.kind === "value" && slow.kind === "value");
        assert.equal(
          fast.value.read(view, testHashes),
          slow.value.read(view, testHashes),
          `${name} ${each} ${instant}`,
        );
        assert.equal(fast.value.instant, undefined);
      }
    }
  }
});
