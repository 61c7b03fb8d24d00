import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTime } from "./time-text.ts";

const noon = Date.UTC(2026, 0, 14, 12);

test("RFC 3339, the vendor's form and epoch numbers are the same instant", () => {
  for (const value of [
    "2026-01-14T12:00:00.000Z",
    "2026-01-14t12:00:00z",
    "2026-01-14T14:30:00+02:30",
    "2026-01-14T07:00:00.000000-0500",
    "2026-01-14 12:00:00.000",
    "2026-01-14 12:00:00",
    "2026-01-14 12:00:00.000+0000",
    "2026-01-14 12:00:00 +0000",
    noon,
    noon / 1000,
    String(noon),
    String(noon / 1000),
  ]) {
    assert.equal(readTime(value), noon, String(value));
  }
});

test("fractions of a second are cut to milliseconds", () => {
  assert.equal(readTime("2026-01-14T12:00:00.1Z"), noon + 100);
  assert.equal(readTime("2026-01-14T12:00:00.123999Z"), noon + 123);
  assert.equal(readTime(noon / 1000 + 0.25), noon + 250);
});

test("a leap second is the first of the next minute, and 29 February is one in leap years only", () => {
  assert.equal(readTime("2016-12-31T23:59:60Z"), Date.UTC(2017, 0, 1));
  assert.equal(readTime("2024-02-29T00:00:00Z"), Date.UTC(2024, 1, 29));
  assert.equal(readTime("2026-02-29T00:00:00Z"), null);
});

test("what is no time is none", () => {
  for (const value of [
    "",
    "yesterday",
    "2026-01-14",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-01-14T24:00:00Z",
    "2026-01-14T12:60:00Z",
    "2026-01-14T12:00:61Z",
    "2026-01-14T12:00:00+24:00",
    "2026-01-14T12:00:00+01:60",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+01:00",
    "12345",
    -1,
    1e300,
    Number.NaN,
    true,
    null,
    {},
  ]) {
    assert.equal(readTime(value), null, String(value));
  }
});

test("every instant is read back from its ISO text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (time) => {
      assert.equal(readTime(new Date(time).toISOString()), time);
    }),
  );
});
