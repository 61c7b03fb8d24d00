import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearestName } from "./nearest-name.ts";

const names = ["advertiserId", "idfa", "event-name", "android-id"];

test("a name with a typing error suggests the name that was meant", () => {
  assert.equal(nearestName("advertiser-idd", names), "advertiserId");
  assert.equal(nearestName("adverttiserid", names), "advertiserId");
  assert.equal(nearestName("idaf", names), "idfa");
  assert.equal(nearestName("evnt_name", names), "event-name");
  assert.equal(nearestName("ANDROIDID", names), "android-id");
});

test("a name that is like none suggests none", () => {
  assert.equal(nearestName("foo", names), null);
  assert.equal(nearestName("completely_else", names), null);
  assert.equal(nearestName("", []), null);
});

test("every name is nearest to itself", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (all) => {
      for (const name of all) assert.equal(nearestName(name, all), name);
    }),
  );
});
