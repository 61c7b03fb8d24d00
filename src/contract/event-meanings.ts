import type { EventField } from "#src/core/events/event-fields.ts";

/** Of the fields that no macro of their name renders as they came: what they take. */
export const eventMeanings: Readonly<Partial<Record<EventField, string>>> = {
  platform: "Platform of the device: `ios`, `android`, …; letter case does not count.",
  wifi: "Whether the connection was Wi-Fi.",
  campaign: "Campaign name.",
  attributed_touch_type: "`click` or `impression`.",
  attributed_touch_time: "Time of the touch that it is attributed to.",
  gp_click_time: "Time of the click as Google Play tells it.",
  gp_install_begin: "Begin of the install as Google Play tells it.",
  install_time: "First open of the app after the install.",
  is_retargeting: "Whether a retargeting campaign earned it.",
  event_revenue: "Revenue of the event, in `event_revenue_currency`.",
  event_revenue_usd: "Revenue of the event in US dollars.",
  event_revenue_currency: "ISO 4217 code of the revenue.",
  orig_monetary: "Revenue before any currency conversion.",
  is_rejected: "Whether it was blocked for fraud or by validation.",
  is_primary_attribution: "Whether this is the primary of two attributions.",
  is_first: "Whether it is the first event of its name.",
};
