import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterSeconds } from "./retry-after.ts";

const now = Date.parse("2026-01-14T12:00:00.500Z");

test("Retry-After is read in seconds and in each form of a date", () => {
  const told: readonly (readonly [string, number | null])[] = [
    ["0", 0],
    ["120", 120],
    [" 7 ", 7],
    ["Wed, 14 Jan 2026 12:02:00 GMT", 120],
    ["Wednesday, 14-Jan-26 12:02:00 GMT", 120],
    ["Wed Jan 14 12:02:00 2026", 120],
    ["Wed, 14 Jan 2026 11:00:00 GMT", 0],
  ];
  for (const [value, seconds] of told) assert.equal(retryAfterSeconds(value, now), seconds, value);
});

test("what is neither says nothing", () => {
  const noHints = ["", "-1", "1.5", "soon", "99999999999", "1e3", "2026-01-14", "Wed, 99 Foo 2026", "Infinity"];
  for (const value of noHints) assert.equal(retryAfterSeconds(value, now), null, value);
});
