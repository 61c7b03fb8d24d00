import assert from "node:assert/strict";
import { test } from "node:test";
import { installKeysOf } from "./install-keys.ts";

test("the install id is the strongest key, the customer's id the weakest", () => {
  assert.deepEqual(installKeysOf({ customer_user_id: "u", idfa: "ABC-1", install_id: "99-Aa", advertising_id: "Ff" }), [
    "install_id:99-Aa",
    "advertising_id:ff",
    "idfa:abc-1",
    "customer_user_id:u",
  ]);
});

test("ids of zeros find nobody", () => {
  assert.deepEqual(installKeysOf({ idfa: "00000000-0000-0000-0000-000000000000", android_id: "0", oaid: "0-1" }), [
    "oaid:0-1",
  ]);
  assert.deepEqual(installKeysOf({}), []);
});
