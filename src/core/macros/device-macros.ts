import { defineMacro, deviceEventTypes, fieldMacro } from "./define-macro.ts";
import type { Macro } from "./macro.ts";
import { flagOf, platformName, trueOrFalse, upperTrueOrFalse } from "./value-forms.ts";

const sdk = { source: "sdk", eventTypes: deviceEventTypes } as const;
const server = { source: "server", eventTypes: deviceEventTypes } as const;

const appMacros: readonly Macro[] = [
  defineMacro("app_id", {
    source: "sdk",
    label: "App ID",
    meaning: "Unique id of the app: a package name, or `id` and digits on iOS.",
    example: "id123456789",
    read: (view) => view.appId,
  }),
  defineMacro("app_name", {
    source: "sdk",
    label: "App name",
    meaning: "Name of the app as the advertiser set it.",
    example: "Space Cats",
    read: (view) => view.text("app_name") ?? view.appName,
  }),
  fieldMacro("app_version", {
    ...sdk,
    label: "App version",
    meaning: "Version of the app as its developer set it.",
    example: "4.2.1",
    spellings: { appsflyer: ["app-version-name", "app-version-new"] },
  }),
  fieldMacro("bundle_id", { ...sdk, label: "Bundle ID", meaning: "Bundle id.", example: "com.example.cats" }),
  fieldMacro("sdk_version", {
    ...sdk,
    label: "SDK version",
    meaning: "Version of the SDK.",
    example: "v4.10.0",
    spellings: { adobe: ["%sdkver%"] },
  }),
];

const hardwareMacros: readonly Macro[] = [
  defineMacro("platform", {
    ...sdk,
    label: "Platform",
    meaning: "Platform of the device, written iOS, Android or Windows Mobile.",
    example: "iOS",
    read: (view) => platformName(view.text("platform")),
  }),
  fieldMacro("os_version", {
    ...sdk,
    label: "OS version",
    meaning: "Operating system version.",
    example: "17.5.1",
    spellings: { adobe: ["a.OSVersion"] },
  }),
  fieldMacro("device_type", {
    ...sdk,
    label: "Device type",
    meaning: "Commercial model name of the device.",
    example: "SM-GM284",
  }),
  fieldMacro("device_brand", { ...sdk, label: "Device brand", meaning: "Brand of the device.", example: "samsung" }),
  fieldMacro("device_model", { ...sdk, label: "Device model", meaning: "Model of the device.", example: "iPhone7" }),
  fieldMacro("device_category", { ...sdk, label: "Device category", meaning: "Phone, tablet, …", example: "phone" }),
  fieldMacro("carrier", {
    ...sdk,
    label: "Carrier",
    meaning: "Name of the mobile carrier.",
    example: "Vodafone",
    spellings: { adobe: ["a.CarrierName"] },
  }),
  fieldMacro("operator", { ...sdk, label: "Operator", meaning: "Operator of the SIM card.", example: "26202" }),
  fieldMacro("language", {
    ...sdk,
    label: "Language",
    meaning: "Language (locale) that the operating system reports.",
    example: "en-US",
  }),
  fieldMacro("user_agent", {
    ...server,
    label: "User agent",
    meaning: "User agent of the device.",
    example: "Dalvik/2.1.0 (Linux; U; Android 14)",
    isPersonal: true,
  }),
  defineMacro("wifi", {
    ...sdk,
    form: "flag",
    label: "Wi-Fi",
    meaning: "Whether the connection was Wi-Fi, written TRUE or FALSE.",
    example: "TRUE",
    read: (view) => upperTrueOrFalse(flagOf(view.text("wifi"))),
  }),
  defineMacro("is_lat", {
    ...sdk,
    form: "flag",
    label: "Limits ad tracking",
    meaning: "true when the user limits ad tracking; to be disregarded from iOS 14 on.",
    example: "false",
    read: (view) => trueOrFalse(flagOf(view.text("is_lat"))),
  }),
  fieldMacro("att", {
    ...sdk,
    label: "ATT status",
    meaning: "iOS tracking authorisation: 0 not determined, 1 restricted, 2 denied, 3 authorised.",
    example: "3",
  }),
];

const placeMacros: readonly Macro[] = [
  fieldMacro("ip", {
    ...server,
    label: "IP address",
    meaning: "Address of the device that reported the event.",
    example: "38.166.144.142",
    isPersonal: true,
  }),
  fieldMacro("country_code", {
    source: "server",
    label: "Country code",
    meaning: "ISO 3166 alpha-2 code as reported.",
    example: "US",
  }),
  fieldMacro("region", { ...server, label: "Region", meaning: "Part of the world.", example: "EU" }),
  fieldMacro("state", { ...server, label: "State", meaning: "State or province.", example: "CA" }),
  fieldMacro("city", { ...server, label: "City", meaning: "City, from the address.", example: "New York" }),
  fieldMacro("postal_code", {
    ...server,
    label: "Postal code",
    meaning: "Postal code, from the address.",
    example: "10115",
    isPersonal: true,
  }),
  fieldMacro("dma", { ...server, label: "DMA", meaning: "Designated market area (US).", example: "501" }),
];

export const deviceMacros: readonly Macro[] = [...appMacros, ...hardwareMacros, ...placeMacros];
