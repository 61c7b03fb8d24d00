import type { EventField } from "#src/core/events/event-fields.ts";
import { defineMacro, deviceEventTypes, fieldMacro } from "./define-macro.ts";
import type { Macro } from "./macro.ts";

type IdentityRow = Pick<Macro, "label" | "meaning" | "example"> & Macro["spellings"];

const identity = (field: EventField, { label, meaning, example, ...spellings }: IdentityRow): Macro =>
  fieldMacro(field, {
    label,
    meaning,
    example,
    source: "sdk",
    eventTypes: deviceEventTypes,
    isPersonal: true,
    spellings,
  });

/** SHA-1 of the id exactly as the event has it, in lower-case hex. Which letter case the vendor hashes is not published. */
const sha1Of = (field: EventField, label: string, appsflyer: readonly string[]): Macro =>
  defineMacro(`sha1_${field}`, {
    source: "sdk",
    label: `${label}, SHA-1`,
    meaning: `SHA-1 of the ${label} as the event has it, in lower-case hex.`,
    example: "8843d7f92416211de9ebb963ff4ce28125932878",
    eventTypes: deviceEventTypes,
    isPersonal: true,
    spellings: { appsflyer },
    read: (view, hashes) => {
      const id = view.text(field);
      return id === null ? null : hashes.sha1(id);
    },
  });

export const identityMacros: readonly Macro[] = [
  identity("install_id", {
    label: "Install ID",
    meaning: "The install's id as the SDK made it; AppsFlyer's appsflyer_id.",
    example: "1547985076649-5309999",
    appsflyer: ["appsflyer-device-id", "appsflyer_id"],
  }),
  identity("advertising_id", {
    label: "Google advertising ID",
    meaning: "User-resettable device id of Android, also known as GAID.",
    example: "cdda802e-fb9c-47ad-9866-0794d394c912",
    appsflyer: ["advertiserId"],
  }),
  sha1Of("advertising_id", "Google advertising ID", ["sha1-advertiserId"]),
  identity("idfa", {
    label: "IDFA",
    meaning: "User-resettable advertising id of iOS; zeros or missing without consent.",
    example: "AEBE52E7-03EE-455A-B3C4-E57283966239",
    appsflyer: ["ios-device-id"],
  }),
  defineMacro("any_advertising_id", {
    source: "sdk",
    eventTypes: deviceEventTypes,
    isPersonal: true,
    label: "Advertising ID",
    meaning: "The Google advertising id or the IDFA, whichever the event has.",
    example: "cdda802e-fb9c-47ad-9866-0794d394c912",
    spellings: { adobe: ["%adid%"] },
    read: (view) => view.text("advertising_id") ?? view.text("idfa"),
  }),
  sha1Of("idfa", "IDFA", ["sha1-idfa"]),
  identity("idfv", {
    label: "IDFV",
    meaning: "Id of a user for one vendor on iOS devices.",
    example: "599F9C00-92DC-4B5C-9464-7971F01F8370",
    appsflyer: ["vendorId"],
  }),
  identity("android_id", {
    label: "Android ID",
    meaning: "Id of an Android device for one developer.",
    example: "9aaeecc4455a1b2c",
    appsflyer: ["android-id", "android-device-id"],
  }),
  sha1Of("android_id", "Android ID", ["sha1-android-id"]),
  identity("oaid", {
    label: "OAID",
    meaning: "User-resettable id of some Android devices, usually instead of the Google advertising id.",
    example: "7d9f1c52-3b0e-4e0a-9c2f-6f2f0f7a1b11",
  }),
  identity("amazon_aid", {
    label: "Amazon advertising ID",
    meaning: "User-resettable advertising id of Amazon devices.",
    example: "df07c7dc-cea7-4a89-b328-810ff5acb15d",
  }),
  identity("imei", { label: "IMEI", meaning: "Hardware id of a phone.", example: "490154203237518" }),
  identity("device_id", {
    label: "Device ID",
    meaning: "The app's own id of the device.",
    example: "device-4711",
    leanplum: ["Device ID"],
  }),
  identity("customer_user_id", {
    label: "Customer user ID",
    meaning: "The app's own id of the user.",
    example: "user-4711",
    leanplum: ["User ID"],
  }),
  identity("push_token", {
    label: "Push token",
    meaning: "Token for push messages.",
    example: "fcm-5b3f0a",
    adobe: ["%pushid%"],
  }),
  identity("mcid", {
    label: "Visitor ID",
    meaning: "Marketing Cloud visitor id (Adobe).",
    example: "38400000000000000000000000000000000000",
    adobe: ["%mcid%"],
  }),
];
