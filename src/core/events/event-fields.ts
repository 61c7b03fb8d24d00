/**
 * Every declared field of an event that is a plain value, by its wire name: AppsFlyer's raw-data
 * names (domain.md 1.6). Structured members (`event_value`, `context`, `message`, …) are members
 * of `Event` itself. The intake contract, the macro registry and the documentation are made from
 * this table.
 *
 * kind: how a value is checked at intake. `text` takes strings and numbers, `time` RFC 3339 or the
 * vendor's `yyyy-mm-dd hh:mm:ss.sss` (UTC) or epoch, `number` numbers and numeric text, `flag`
 * booleans, 0/1 and their texts.
 * group: `identity` and `device`, `attribution` and `conversion` fields are kept on the install
 * record and complete later events; the others belong to the event alone.
 */
export type FieldKind = "text" | "time" | "number" | "flag";
export type FieldGroup = "identity" | "device" | "attribution" | "conversion" | "money" | "rejection" | "event";
type FieldSpec = {
  readonly kind: FieldKind;
  readonly group: FieldGroup;
  /** Tells who or where somebody is: viewers do not see it. */
  readonly isPersonal?: true;
};

const text = (group: FieldGroup): FieldSpec => ({ kind: "text", group });
const personal = (group: FieldGroup): FieldSpec => ({ kind: "text", group, isPersonal: true });
const time = (group: FieldGroup): FieldSpec => ({ kind: "time", group });
const number = (group: FieldGroup): FieldSpec => ({ kind: "number", group });
const flag = (group: FieldGroup): FieldSpec => ({ kind: "flag", group });

export const eventFields = {
  install_id: personal("identity"),
  device_id: personal("identity"),
  customer_user_id: personal("identity"),
  advertising_id: personal("identity"),
  idfa: personal("identity"),
  idfv: personal("identity"),
  android_id: personal("identity"),
  oaid: personal("identity"),
  amazon_aid: personal("identity"),
  imei: personal("identity"),
  push_token: personal("identity"),
  mcid: personal("identity"),

  platform: text("device"),
  os_version: text("device"),
  app_version: text("device"),
  app_name: text("device"),
  bundle_id: text("device"),
  sdk_version: text("device"),
  device_type: text("device"),
  device_brand: text("device"),
  device_model: text("device"),
  device_category: text("device"),
  carrier: text("device"),
  operator: text("device"),
  language: text("device"),
  country_code: text("device"),
  region: text("device"),
  state: text("device"),
  city: text("device"),
  postal_code: personal("device"),
  dma: text("device"),
  ip: personal("device"),
  user_agent: personal("device"),
  wifi: flag("device"),
  is_lat: flag("device"),
  att: number("device"),

  media_source: text("attribution"),
  af_prt: text("attribution"),
  campaign: text("attribution"),
  campaign_type: text("attribution"),
  conversion_type: text("attribution"),
  af_c_id: text("attribution"),
  af_adset: text("attribution"),
  af_adset_id: text("attribution"),
  af_ad: text("attribution"),
  af_ad_id: text("attribution"),
  af_ad_type: text("attribution"),
  af_siteid: text("attribution"),
  af_sub_siteid: text("attribution"),
  af_sub1: text("attribution"),
  af_sub2: text("attribution"),
  af_sub3: text("attribution"),
  af_sub4: text("attribution"),
  af_sub5: text("attribution"),
  af_channel: text("attribution"),
  af_keywords: text("attribution"),
  af_cost_model: text("attribution"),
  af_cost_value: text("attribution"),
  af_cost_currency: text("attribution"),
  publisher_id: text("attribution"),
  network_account_id: text("attribution"),
  clickid: personal("attribution"),
  attributed_touch_type: text("attribution"),
  attributed_touch_time: time("attribution"),
  match_type: text("attribution"),
  gp_referrer: personal("attribution"),
  gp_click_time: time("attribution"),
  gp_install_begin: time("attribution"),
  http_referrer: personal("attribution"),
  original_url: personal("attribution"),
  is_retargeting: flag("attribution"),
  retargeting_conversion_type: text("attribution"),
  install_app_store: text("attribution"),

  install_time: time("conversion"),

  event_revenue: number("money"),
  event_revenue_usd: number("money"),
  event_revenue_currency: text("money"),
  orig_monetary: number("money"),

  is_rejected: flag("rejection"),
  blocked_reason: text("rejection"),
  blocked_reason_value: text("rejection"),
  blocked_sub_reason: text("rejection"),

  is_primary_attribution: flag("event"),
  is_first: flag("event"),
  event_source: text("event"),
  transaction_id: personal("event"),
  deeplink_url: personal("event"),
  custom_data: personal("event"),
} as const satisfies Record<string, FieldSpec>;

export type EventField = keyof typeof eventFields;

export const isEventField = (name: string): name is EventField => Object.hasOwn(eventFields, name);

export const isPersonalField = (field: EventField): boolean => eventFields[field].isPersonal === true;
