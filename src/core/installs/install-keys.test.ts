import assert from "node:assert/strict";
import { test } from "node:test";
import { installKeysOf, keysOfId } from "./install-keys.ts";

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

test("an id that people know as a user's is looked for under every key but the install's", () => {
  assert.deepEqual(keysOfId("install_id", "Device-1"), ["install_id:Device-1"]);
  const keys = keysOfId("user_id", "ABC");
  assert.ok(keys.includes("advertising_id:abc") && keys.includes("customer_user_id:ABC"));
  assert.ok(!keys.some((key) => key.startsWith("install_id:")));
});
