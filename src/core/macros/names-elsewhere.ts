import { macros } from "./registry.ts";

/**
 * What other products call the same thing, by registry name, with the unit of theirs where it is
 * told: for templates that come in another notation. Never read when an event is rendered.
 */
export const namesElsewhere: Readonly<Record<string, readonly string[]>> = {
  advertising_id: ["gaid", "aaid", "gps_adid", "google_aid", "google_ad_id", "users_advertising_id"],
  idfa: ["ifa", "ios_idfa", "ios_ifa"],
  idfv: ["ifv", "ios_idfv"],
  any_advertising_id: ["device_ifa", "maid", "advertising_identifier"],
  customer_user_id: ["user_id", "userid", "uid"],
  device_id: ["adid", "deviceid"],
  push_token: ["push_id"],
  clickid: [
    ...["click_id", "external_id", "externalid", "cid", "click", "subid", "ref_id", "toss_tk_click_id", "rc_uuid"],
    ...["clickid_parameter", "impression_id"],
  ],
  media_source: ["network", "network_name", "source", "pid", "partner"],
  campaign: ["campaign_name", "fb_campaign_group_name", "google_ads", "aff_sub"],
  af_c_id: ["campaign_id", "fb_campaign_group_id", "google_ads_campaign_id", "toss_cid"],
  af_adset: ["ad_set_name", "adset_name", "adgroup_name"],
  af_adset_id: ["ad_set_id", "adset_id", "aid"],
  af_ad: ["ad_name", "creative_name"],
  af_ad_id: ["ad_id", "creative_id", "toss_creative_id"],
  af_siteid: ["site_id", "source_game_id", "placement_id"],
  af_sub_siteid: ["sub_site_id"],
  af_sub1: ["sub1", "s1", "aff_sub1"],
  af_sub2: ["sub2", "s2", "aff_sub2"],
  af_sub3: ["sub3", "s3", "aff_sub3"],
  af_sub4: ["sub4", "s4", "aff_sub4"],
  af_sub5: ["sub5", "s5", "aff_sub5"],
  af_channel: ["channel", "secondary_publisher"],
  af_prt: ["agency"],
  publisher_id: ["affiliate_id", "affid"],
  match_type: ["attr_type"],
  conversion_type: ["activity_kind", "is_attributed"],
  event_name: ["event", "event_id", "event_type_code", "activity"],
  partner_event_id: ["goal", "goal_id", "label", "type", "status", "event_token"],
  monetary: ["payout", "po", "price", "sale_amount", "revenue", "amount", "sales", "sum"],
  event_revenue_usd: ["sum_usd", "revenue_usd"],
  currency: ["revenue_currency"],
  transaction_id: ["order_id", "txid", "rebill_id"],
  event_unix_ts: [
    ...["created_at", "event_timestamp", "action_time", "conversion_datetime"],
    ...[
      "unix_timestamp",
      "unix_time",
      "unixtime",
      "unix_ts",
      "timestamp_unix",
      "time_unix",
      "event_unix_time",
      "epoch",
    ],
  ],
  install_unix_ts: ["install_at", "first_install_time", "installed_at"],
  click_unix_ts: ["click_datetime", "clicked_at"],
  app_id: ["package_name", "bundle", "app"],
  app_version: ["app_ver"],
  platform: ["os", "os_name"],
  os_version: ["os_ver"],
  device_model: ["model"],
  country_code: ["country", "geo"],
  ip: ["ip_address", "client_ip", "conversion_ip", "click_ipaddress", "event_ip"],
  user_agent: ["ua"],
  carrier: ["isp"],
};

/**
 * Words that products mean different values by, one of our own spellings among them: `adid` is a device to one, an ad to
 * the next. Proposed all the same, and for somebody to look at.
 */
const ambiguousNames: ReadonlySet<string> = new Set([
  ...["label", "type", "status", "event", "event_id", "event_token", "event_type_code", "activity", "goal", "goal_id"],
  ...["timestamp", "created_at", "event_timestamp", "action_time", "conversion_datetime"],
  ...["adid", "ad_id", "aid", "cid", "pid", "uid", "click", "subid", "ref_id", "external_id", "externalid"],
  ...["impression_id", "push_id", "source", "network", "partner", "channel", "agency", "app", "os", "isp", "aff_sub"],
  ...["price", "revenue", "amount", "sales", "sum", "is_attributed", "activity_kind", "secondary_publisher"],
]);

/** Letter case and separators aside, words kept apart: `ad_id` is not `adid`. */
const normalName = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

const ownNames = new Map(
  macros.flatMap(({ name, spellings }) =>
    [name, ...(spellings.appsflyer ?? []), ...(spellings.leanplum ?? [])].map(
      (spelling) => [normalName(spelling), name] as const,
    ),
  ),
);
const otherNames = new Map(
  Object.entries(namesElsewhere).flatMap(([name, others]) => others.map((other) => [normalName(other), name] as const)),
);

/** The registry name of what another product calls so, and whether all mean the same by it; or null. */
export const macroNamedElsewhere = (name: string): { readonly macro: string; readonly isSure: boolean } | null => {
  const normal = normalName(name);
  const macro = ownNames.get(normal) ?? otherNames.get(normal);
  return macro === undefined ? null : { macro, isSure: !ambiguousNames.has(normal) };
};
