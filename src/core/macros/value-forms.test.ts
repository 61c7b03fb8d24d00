import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  campaignName,
  flagOf,
  hourFloorText,
  oneOrZero,
  platformName,
  timeText,
  touchTypeDigit,
  trueOrFalse,
  unixSeconds,
  upperTrueOrFalse,
} from "./value-forms.ts";

test("a flag is read in every form in which clients write it, and nothing else is one", () => {
  for (const text of ["true", "TRUE", "1", "yes"]) assert.equal(flagOf(text), true, text);
  for (const text of ["false", "False", "0", "no"]) assert.equal(flagOf(text), false, text);
  for (const text of ["", "2", "maybe", "constructor", null]) assert.equal(flagOf(text), null);
});

test("a flag that is not known is missing in every form", () => {
  assert.deepEqual([trueOrFalse(null), upperTrueOrFalse(null), oneOrZero(null)], [null, null, null]);
  assert.deepEqual([trueOrFalse(false), upperTrueOrFalse(false), oneOrZero(false)], ["false", "FALSE", "0"]);
  assert.deepEqual([trueOrFalse(true), upperTrueOrFalse(true), oneOrZero(true)], ["true", "TRUE", "1"]);
});

test("only impressions and clicks have a touch digit", () => {
  assert.deepEqual(["impression", "View", "1", "click", "0"].map(touchTypeDigit), ["1", "1", "1", "0", "0"]);
  assert.deepEqual([touchTypeDigit("tv"), touchTypeDigit(null)], [null, null]);
});

test("an unknown platform keeps its name", () => {
  assert.deepEqual(["IOS", "android", "windows", "WindowsPhone", "windows phone", "Windows Mobile"].map(platformName), [
    ...["iOS", "Android"],
    ...Array<string>(4).fill("Windows Mobile"),
  ]);
  assert.deepEqual([platformName("tvOS"), platformName(null)], ["tvOS", null]);
});

test("a campaign's length is counted in characters", () => {
  assert.equal(campaignName("😀".repeat(100)), "😀".repeat(100));
  assert.equal(campaignName("😀".repeat(101)), "c_name_exceeded_max_length");
});

test("what is no instant of a four-digit year is no time", () => {
  for (const at of [null, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15, -8.64e15]) {
    assert.deepEqual([timeText(at), hourFloorText(at), unixSeconds(at)], [null, null, null], String(at));
  }
});

test("the hour floor is never after the time and less than an hour before it", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
      const floor = Date.parse(`${hourFloorText(date.getTime())?.replace(" ", "T")}Z`);
      assert.ok(floor <= date.getTime() && date.getTime() - floor < 3_600_000);
    }),
  );
});
