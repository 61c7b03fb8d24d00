import type { RuleCondition, RuleOperator } from "./postback-rule.ts";

/** `Device Name (a.DeviceName) equals iPhone 6 Plus`, as the seeds' consoles say it. */
export function conditionText({ key, matches, values }: RuleCondition): string {
  const label = labelOfKey(key);
  const shown = label === null ? key : `${label} (${key})`;
  return `${shown} ${operatorTexts[matches]}${values.length === 0 ? "" : ` ${values.join(" or ")}`}`;
}

/** What Adobe's console calls a key (seed 000, AD-MET); null where it has no name of its own. */
const labelOfKey = (key: string): string | null => labels.get(key.toLowerCase()) ?? null;

const labels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "a.CrashEvent": "Crashed",
    "a.DeviceName": "Device Name",
    "a.PrevSessionLength": "Session Length",
    "a.InstallDate": "First Launch Date",
    "a.AppID": "App ID",
    "a.Launches": "Launches",
    "a.LaunchEvent": "Launched",
    "a.InstallEvent": "Installed",
    "a.UpgradeEvent": "Upgraded",
    "a.OSVersion": "OS Version",
    "a.CarrierName": "Carrier Name",
    "a.Resolution": "Resolution",
  }).map(([key, label]) => [key.toLowerCase(), label]),
);

const operatorTexts: Readonly<Record<RuleOperator, string>> = {
  ex: "exists",
  nx: "does not exist",
  eq: "equals",
  ne: "does not equal",
  co: "contains",
  nc: "does not contain",
  sw: "starts with",
  ew: "ends with",
  lt: "is less than",
  le: "is at most",
  gt: "is more than",
  ge: "is at least",
};
