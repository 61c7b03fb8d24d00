import type { Problem } from "#src/core/problem.ts";
import { type EventMembers, setMissing } from "#src/http/compat/event-members.ts";

/**
 * Members of AppsFlyer's server-to-server events under their names here (v2 and v3). Those that are not
 * listed keep their names: `appsflyer_id`, `advertising_id`, `ip`, `att`, `sharing_filter`, … are known by
 * them, the others are kept as extra members. A member under Carom's own name goes before one that is renamed.
 */
export const serverEventNames: ReadonlyMap<string, string> = new Map([
  ["eventName", "event_name"],
  ["eventValue", "event_value"],
  ["eventTime", "event_time"],
  ["eventCurrency", "event_revenue_currency"],
  ["bundleIdentifier", "bundle_id"],
  ["os", "os_version"],
  ["ua", "user_agent"],
  ["app_version_name", "app_version"],
  ["app_store", "install_app_store"],
]);

/** Says only that the body is of the older API, which it tells by its path here. */
const apiMark = "af_events_api";

/** The same event in Carom's words. */
export const translateServerEvent = (members: EventMembers, app: string): EventMembers => {
  const translated: EventMembers = new Map([["app_id", JSON.stringify(app)]]);
  for (const [name, text] of members) if (!serverEventNames.has(name) && name !== apiMark) translated.set(name, text);
  for (const [name, own] of serverEventNames) setMissing(translated, own, members.get(name));
  // `aie` is true for who lets the advertising id be shared: the contrary of `is_lat`.
  setMissing(translated, "is_lat", contrary(members.get("aie")));
  setMissing(translated, "event_source", '"S2S"');
  return translated;
};

const contrary = (text: string | undefined): string | undefined => {
  const plain = text?.replaceAll('"', "").toLowerCase();
  return plain === "true" || plain === "1" ? "false" : plain === "false" || plain === "0" ? "true" : undefined;
};

/** What the vendor calls required; `eventValue` may be empty, and must be there. */
const requiredMembers = ["appsflyer_id", "eventName", "eventValue"] as const;
const nothing: ReadonlySet<string> = new Set(["null", '""']);

/** The first required member that is missing, told by its own name; null where all are there. */
export const missingMember = (members: EventMembers): Problem | null => {
  for (const name of requiredMembers) {
    const text = members.get(name);
    if (text !== undefined && (name === "eventValue" || !nothing.has(text))) continue;
    const message =
      name === "eventValue" ? 'eventValue is a mandatory field: send "" for no value' : `${name} is a mandatory field`;
    return { path: [name], code: "event.member_missing", message };
  }
  return null;
};
