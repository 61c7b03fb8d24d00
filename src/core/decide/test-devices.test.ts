import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "#src/core/events/event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { isTestDevice, noTestDevices, testDevicesOf } from "./test-devices.ts";

const isTest = (devices: readonly string[], fields: Fields): boolean =>
  isTestDevice(anEvent({ fields }), testDevicesOf(devices));

test("a test device is found by its advertising id in either letter case, by an app's own id only as written", () => {
  const idfa = "AEBE52E7-03EE-455A-B3C4-E57283966239";
  assert.ok(isTest([idfa.toLowerCase()], { idfa }));
  assert.ok(isTest([` ${idfa} `], { advertising_id: idfa.toLowerCase() }));
  assert.ok(isTest(["User-1"], { customer_user_id: "User-1" }));
  assert.ok(!isTest(["User-1"], { customer_user_id: "user-1" }));
  assert.ok(!isTest(["other"], { idfa }));
});

test("every id that install records are found by can name a test device", () => {
  for (const field of [
    "imei",
    "mcid",
    "device_id",
    "install_id",
    "oaid",
    "amazon_aid",
    "idfv",
    "android_id",
  ] as const) {
    assert.ok(isTest(["490154203237518"], { [field]: "490154203237518" }), field);
  }
});

test("an id that the install record adds counts, and an app without test devices has none", () => {
  const enrichment = {
    version: 1,
    conversionAt: noon,
    conversionKind: "install",
    fields: { idfa: "F" },
    lifecycle: {},
  } as const;
  assert.ok(isTestDevice(anEvent({ enrichment }), testDevicesOf(["f"])));
  assert.ok(!isTestDevice(anEvent({ enrichment }), noTestDevices));
});
