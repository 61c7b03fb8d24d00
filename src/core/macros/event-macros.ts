import type { EventView } from "#src/core/events/event-view.ts";
import { isRetargeting } from "#src/core/installs/retargeting.ts";
import { defineMacro, fieldMacro } from "./define-macro.ts";
import type { Macro } from "./macro.ts";
import { flagOf, oneOrZero, trueOrFalse } from "./value-forms.ts";

const nameMacros: readonly Macro[] = [
  defineMacro("event_name", {
    source: "sdk",
    label: "Event name",
    meaning: "Name that the app gave the event.",
    example: "af_purchase",
    spellings: { appsflyer: ["event-name", "event"] },
    read: (view) => view.eventName,
  }),
  defineMacro("partner_event_id", {
    source: "server",
    label: "Partner event",
    meaning: "Name or id of the event in the partner's platform, as mapped.",
    example: "purchase",
    spellings: { appsflyer: ["mapped-iae", "partner_event_id"], carom: ["partner_event"] },
    read: (view) => view.partnerEvent,
  }),
  defineMacro("event_value", {
    source: "sdk",
    form: "json",
    label: "Event value",
    meaning:
      "The event's attributes with their values as JSON, its text as the app wrote it. Encoded once, as for any macro; (encode) is the same. What may not be shared is N/A.",
    example: '{"af_revenue":"120.00","af_currency":"USD"}',
    spellings: { appsflyer: ["event-value", "encode"] },
    read: (view) => view.valueText(),
  }),
  defineMacro("event_type", {
    source: "server",
    label: "Event type",
    meaning: "What the event is to Carom: install, in_app_event, re_engagement, ….",
    example: "in_app_event",
    read: (view) => view.type,
  }),
];

const moneyMacros: readonly Macro[] = [
  defineMacro("monetary", {
    source: "sdk",
    form: "number",
    label: "Revenue",
    meaning:
      "Revenue of the event as reported, or in the currency that the integration chose; N/A where it may not be shared.",
    example: "120.00",
    spellings: { appsflyer: ["monetary", "event_revenue"], carom: ["event_revenue"] },
    read: (view) => view.monetary(),
  }),
  defineMacro("currency", {
    source: "sdk",
    label: "Currency",
    meaning: "ISO 4217 code of the revenue; N/A where it may not be shared.",
    example: "USD",
    spellings: { appsflyer: ["currency", "event_revenue_currency"], carom: ["event_revenue_currency"] },
    read: (view) => view.currency(),
  }),
  defineMacro("event_revenue_usd", {
    source: "server",
    form: "number",
    label: "Revenue in USD",
    meaning:
      "Revenue of the event in US dollars: as reported, else converted by the imported rates of its day, to six decimals; missing where there is no rate, N/A where it may not be shared.",
    example: "120.00",
    spellings: { appsflyer: ["event_revenue_USD"] },
    read: (view) => view.text("event_revenue_usd") ?? view.revenueIn("USD"),
  }),
  defineMacro("revenue_in_selected_currency", {
    source: "server",
    form: "number",
    label: "Revenue in the selected currency",
    meaning:
      "Revenue of the event in the integration's currency, by the imported rates of its day; without such a currency as AppsFlyer's raw data told it. N/A where it may not be shared.",
    example: "103.25",
    read: (view) =>
      view.selectedCurrency === null
        ? view.extra("revenue_in_selected_currency")
        : view.revenueIn(view.selectedCurrency),
  }),
  defineMacro("selected_currency", {
    source: "server",
    label: "Selected currency",
    meaning:
      "ISO 4217 code of the integration's currency, or the one that AppsFlyer's raw data told. N/A where revenue may not be shared.",
    example: "EUR",
    read: (view) => (view.selectedCurrency === null ? view.extra("selected_currency") : view.currency()),
  }),
  defineMacro("orig_monetary", {
    source: "sdk",
    form: "number",
    label: "Original revenue",
    meaning: "Revenue before any currency conversion; where none was made, the revenue.",
    example: "9800.00",
    spellings: { appsflyer: ["orig-monetary"] },
    read: (view) => view.text("orig_monetary") ?? view.reportedMonetary(),
  }),
];

const flagMacro = (
  name: string,
  row: Pick<Macro, "label" | "meaning"> & { readonly appsflyer: readonly string[] },
  read: (view: EventView) => boolean | null,
): Macro =>
  defineMacro(name, {
    source: "server",
    form: "flag",
    label: row.label,
    meaning: `${row.meaning} Written true or false.`,
    example: "true",
    spellings: { appsflyer: row.appsflyer },
    read: (view) => trueOrFalse(read(view)),
  });

const flagMacros: readonly Macro[] = [
  flagMacro(
    "is_primary_attribution",
    { label: "Is primary", meaning: "Whether this is the primary of two attributions.", appsflyer: ["is-primary"] },
    (view) => flagOf(view.text("is_primary_attribution")),
  ),
  flagMacro(
    "is_first",
    { label: "Is first", meaning: "Whether it is the first event of its name.", appsflyer: ["is-first"] },
    (view) => flagOf(view.text("is_first")),
  ),
  flagMacro(
    "is_reattr",
    { label: "Is re-attribution", meaning: "Whether a re-attribution earned it.", appsflyer: ["is-reattr"] },
    (view) => view.earnedBy === "re_attribution",
  ),
  flagMacro(
    "is_reengage",
    { label: "Is re-engagement", meaning: "Whether a re-engagement earned it.", appsflyer: ["is-reengage"] },
    (view) => view.earnedBy === "re_engagement",
  ),
  flagMacro(
    "is_retargeting",
    { label: "Is retargeting", meaning: "Whether a retargeting campaign earned it.", appsflyer: ["is-retarget"] },
    (view) => isRetargeting(view.earnedBy),
  ),
  defineMacro("is_rejected", {
    source: "server",
    form: "number",
    label: "Is rejected",
    meaning: "1 for what was blocked for fraud or by validation, else 0.",
    example: "1",
    spellings: { appsflyer: ["is-rejected"] },
    read: (view) => oneOrZero(view.isRejected),
  }),
  defineMacro("is_s2s", {
    source: "server",
    form: "number",
    label: "Is server to server",
    meaning: "1 when a server reported the event, 0 when an SDK did; missing where it is not told.",
    example: "1",
    spellings: { appsflyer: ["is-s2s-0-or-1"] },
    read: (view) => {
      const source = view.text("event_source")?.toLowerCase();
      return oneOrZero(source === "s2s" ? true : source === "sdk" ? false : null);
    },
  }),
];

const rejectionMacros: readonly Macro[] = [
  fieldMacro("blocked_reason", {
    source: "server",
    label: "Blocked reason",
    meaning: "Why it was rejected: site_blacklist, bots, click_flood, ….",
    example: "site_blacklist",
    spellings: { appsflyer: ["blocked-reason", "reject_reason"] },
  }),
  fieldMacro("blocked_reason_value", {
    source: "server",
    label: "Blocked reason value",
    meaning: "What the reason is about, for example the site's id.",
    example: "1123456",
    spellings: { appsflyer: ["blocked-reason-value", "reject_reason_value"] },
  }),
  fieldMacro("blocked_sub_reason", {
    source: "server",
    label: "Blocked sub-reason",
    meaning: "The reason in more detail.",
    example: "no_touch",
    spellings: { appsflyer: ["blocked-sub-reason", "reject_sub_reason"] },
  }),
];

const otherMacros: readonly Macro[] = [
  defineMacro("random_str", {
    source: "server",
    label: "Random string",
    meaning: "32 hex digits, the same at every attempt of one postback: they are made from its id.",
    example: "9f86d081884c7d659a2feaa0c55ad015",
    spellings: { appsflyer: ["random-str"] },
    read: (view, hashes) => hashes.sha256(view.postbackId).slice(0, 32),
  }),
  defineMacro("cachebust", {
    source: "server",
    form: "number",
    label: "Cache buster",
    meaning: "A number from 1 to 100000000, the same at every attempt of one postback: it is made from its id.",
    example: "48211907",
    spellings: { adobe: ["%cachebust%"] },
    read: (view, hashes) =>
      String((Number.parseInt(hashes.sha256(view.postbackId).slice(0, 12), 16) % 100_000_000) + 1),
  }),
  defineMacro("postback_id", {
    source: "server",
    label: "Postback ID",
    meaning: "Carom's id of this postback: the same at every attempt, good for dropping repeats.",
    example: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-k3x9",
    read: (view) => view.postbackId,
  }),
  defineMacro("event_id", {
    source: "server",
    label: "Event ID",
    meaning: "Carom's id of the event.",
    example: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    read: (view) => view.eventId,
  }),
  fieldMacro("event_source", { source: "server", label: "Event source", meaning: "SDK or S2S.", example: "SDK" }),
  fieldMacro("transaction_id", {
    source: "sdk",
    label: "Transaction ID",
    meaning: "The app's own id of a purchase.",
    example: "order-4711",
  }),
  fieldMacro("deeplink_url", {
    source: "sdk",
    label: "Deep link",
    meaning: "The deep link that opened the app.",
    example: "cats://level/5",
  }),
  fieldMacro("custom_data", {
    source: "sdk",
    label: "Custom data",
    meaning: "Free data of the SDK, as it came.",
    example: '{"tier":"gold"}',
  }),
];

export const eventMacros: readonly Macro[] = [
  ...nameMacros,
  ...moneyMacros,
  ...flagMacros,
  ...rejectionMacros,
  ...otherMacros,
];
