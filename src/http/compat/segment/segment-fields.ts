import type { EventField } from "#src/core/events/event-fields.ts";

export type SegmentType = "track" | "page" | "screen" | "identify" | "group" | "alias";
export const segmentTypes: readonly SegmentType[] = ["track", "page", "screen", "identify", "group", "alias"];

/** What a value may be to be taken; what is another stays where it is and makes no field. */
type Taken = "text" | "number" | "flag" | "contrary_flag" | "country";

export type SegmentField = {
  /** Where it stands in the message. */
  readonly path: string;
  readonly field: EventField;
  readonly taken: Taken;
  /** Only of messages of a device with this system; without it of all. */
  readonly only?: "ios" | "not_ios" | "android" | "neither";
};

const text = (path: string, field: EventField, only?: SegmentField["only"]): SegmentField =>
  only === undefined ? { path, field, taken: "text" } : { path, field, taken: "text", only };

/** Plain fields of an event, from a message of any type. The first that has a value gives it. */
export const segmentFields: readonly SegmentField[] = [
  text("anonymousId", "install_id"),
  text("userId", "customer_user_id"),
  text("context.ip", "ip"),
  text("context.userAgent", "user_agent"),
  text("context.locale", "language"),
  text("context.app.name", "app_name"),
  text("context.app.version", "app_version"),
  text("context.app.namespace", "bundle_id"),
  text("context.device.id", "idfv", "ios"),
  text("context.device.id", "android_id", "android"),
  text("context.device.id", "device_id", "neither"),
  text("context.device.advertisingId", "idfa", "ios"),
  text("context.device.advertisingId", "advertising_id", "not_ios"),
  text("context.device.token", "push_token"),
  text("context.device.manufacturer", "device_brand"),
  text("context.device.model", "device_model"),
  text("context.device.model", "device_type"),
  { path: "context.device.adTrackingEnabled", field: "is_lat", taken: "contrary_flag" },
  text("context.device.type", "platform"),
  text("context.os.name", "platform"),
  text("context.os.version", "os_version"),
  text("context.network.carrier", "carrier"),
  { path: "context.network.wifi", field: "wifi", taken: "flag" },
  text("context.location.city", "city"),
  text("context.location.region", "region"),
  { path: "context.location.country", field: "country_code", taken: "country" },
  text("context.campaign.source", "media_source"),
  text("context.campaign.name", "campaign"),
  text("context.campaign.medium", "af_channel"),
  text("context.campaign.term", "af_keywords"),
  text("context.campaign.content", "af_ad"),
  text("context.page.referrer", "http_referrer"),
  text("context.library.version", "sdk_version"),
  { path: "properties.revenue", field: "event_revenue", taken: "number" },
  text("properties.currency", "event_revenue_currency"),
  text("properties.order_id", "transaction_id"),
];

/** Of `Install Attributed` (Segment's mobile lifecycle events) beyond them: it tells the attribution. */
export const attributionFields: readonly SegmentField[] = [
  text("properties.campaign.source", "media_source"),
  text("properties.campaign.name", "campaign"),
  text("properties.campaign.content", "af_ad"),
  text("properties.campaign.ad_creative", "af_ad"),
  text("properties.campaign.ad_group", "af_adset"),
];
