import { type RuleOperator, ruleOperators } from "#src/core/catalog/postback-rule.ts";
import type { DialectName } from "#src/core/catalog/request-template.ts";
import { fixedHost, templates } from "./valid-documents.ts";

const dialects: readonly DialectName[] = ["appsflyer", "carom", "leanplum", "adobe"];
/** Queries of sound macros. */
const queries: Readonly<Record<DialectName, string>> = {
  appsflyer:
    "t=(install-unix-ts)&h=(click-ts-hour-floor)&i=(sha1-advertiserId)&s=$$sdk(app-id)&c=$$click(clickid)&m=(monetary)",
  carom:
    "e={event_name|upper|truncate:3}&t={event_time|date:'dd.MM HH:mm'}&i={advertising_id|sha1:base64}&m={event_revenue|round:2|default:0}&h={customer_user_id|hmac:k}&f={install_time|unix_ms}&k={event_value.note|map:a=b:*=c|base64:url}&j={event_value|json|hex}",
  leanplum: "u={{User ID}}&d={{Device ID}}",
  adobe: "a={%adid%}&t={%timestampz%}&u={user.name}",
};

/** Macros whose values are told in forms of their own: touches, platforms, flags, kinds of conversions, another currency. */
const tellingQuery =
  "t={attributed_touch_type}&p={platform}&w={wifi}&r={is_retargeting}&k={retargeting_conversion_type}&s={revenue_in_selected_currency}";

const success = [
  { statuses: ["2xx"], body: "any" },
  { statuses: [200, "201-204"], body: { contains: "ok" } },
  { body: { not_contains: "error" } },
  { body: { equals: "1:1", ignore_case: false } },
  { body: { not_equals: "1:0" } },
  { body: { pointer: "/a/0/b", value: "1" } },
  { body: { pointer: "/status", not_value: "error", ignore_case: true } },
];
const signing = [
  "off",
  { method: "standard_webhooks", secret: "k" },
  { method: "hmac", secret: "k", algorithm: "sha256", output: "base64", place: "query", name: "s", prefix: "v1=" },
  { method: "hmac", secret: "k" },
];
const onMissing = ["empty", "drop_parameter", "skip", { literal: "N/A" }];

/** Partners of each dialect with every kind of template, and with each way of telling what was heard. */
const templatePartners = dialects.map((dialect, index) => ({
  id: `partner${index}`,
  name: `Partner ${index}`,
  kind: "ad_network",
  media_sources: ["examplenetwork_int", `partner${index}`],
  predefined_events: ["buy", "level"],
  parameters: ["account"],
  templates: [
    { event_kind: "in_app_event", ...templates[index] },
    { event_kind: "in_app_event", platform: "ios", ...templates[index], on_missing: onMissing[index] },
    { event_kind: "install", dialect, url: `https://${fixedHost}/i?${queries[dialect]}` },
    { event_kind: "install", privacy: true, dialect, url: `https://${fixedHost}/p?e=1` },
    { event_kind: "rejected_event", dialect, url: `https://${fixedHost}/r?e=1` },
  ],
  success: success[index],
  signing: index === 1 ? "off" : signing[index],
  retry_policy: index % 2 === 0 ? { delays: ["1s", "2s"], timeout: "5s" } : "appsflyer",
  limits: { in_flight_max: 64, rate_per_second: 500 },
  expires_after: "2d",
}));

/** Those ways of telling what was heard that are left over. */
const tellingPartners = success.slice(dialects.length).map((test, index) => ({
  id: `telling${index}`,
  name: `Telling ${index}`,
  kind: "analytics",
  templates: [
    { event_kind: "in_app_event", dialect: "appsflyer", url: `https://${fixedHost}/t?${queries.appsflyer}` },
    { event_kind: "install", dialect: "carom", url: `https://${fixedHost}/t?${tellingQuery}` },
  ],
  success: test,
  retry_policy: { delays: [], timeout: "5s" },
}));

const partners = [...templatePartners, ...tellingPartners];

const sharing = ["values_and_revenue", "values_without_revenue", "none", "values_and_revenue"];
const mappingMethods = ["free_text", "as_is_all", "as_is_selected", "free_text"];

const integrations = partners.map(({ id }, index) => ({
  partner_id: id,
  active: true,
  takes_tests: index % 2 === 0,
  parameters: index < dialects.length ? { account: "a" } : {},
  install_postbacks: ["all_sources", "partner_only"][index % 2],
  in_app_postbacks: {
    active: true,
    window: index % 2 === 0 ? "lifetime" : { days: 180 },
    mapping_method: mappingMethods[index % 4],
    send_for: "all_sources",
    data_sharing: sharing[index % 4],
    rejected_events: index === 0,
  },
  currency: index === 0 ? "EUR" : null,
  mappings: [
    { event_name: "purchase", partner_event: "buy", send_for: "all_sources", data_sharing: sharing[index % 4] },
    {
      event_name: "level",
      partner_event: "level",
      send_for: "all_sources",
      data_sharing: sharing[3 - (index % 4)],
      conditions: [{ property: "note", value: "a note" }],
    },
  ],
}));

const keys = ["event_name", "event_value.note", "event_value.af_revenue", "plan", "user.name", "country_code", "a.b"];

const isOrder = (matches: RuleOperator): boolean => ["lt", "le", "gt", "ge"].includes(matches);
const valuesOf = (matches: RuleOperator): readonly string[] => {
  if (matches === "ex" || matches === "nx") return [];
  return isOrder(matches) ? ["12.5", "-1"] : ["purchase", "12.5", "a", "gold"];
};

const customRules = ruleOperators.map((matches, index) => ({
  id: `rule-${matches}`,
  style: "custom",
  active: true,
  frequency: index % 4 === 0 ? "once" : "always",
  triggers: [
    {
      key: keys[index % keys.length],
      matches,
      values: valuesOf(matches),
    },
  ],
  traits:
    index % 3 === 0
      ? [
          {
            key: keys[(index + 1) % keys.length],
            matches,
            values: valuesOf(matches),
          },
        ]
      : [],
  schedule:
    index % 5 === 0
      ? {
          start: "2026-01-01T00:00:00Z",
          end: null,
          days: ["mon", "wed"],
          hours: { from: "22:00", to: "13:00" },
          zone: "Europe/Berlin",
        }
      : null,
  template: {
    dialect: "carom",
    url: `https://${fixedHost}/c?${queries.carom}`,
    on_missing: onMissing[index % 4],
  },
}));

const messageRules = [
  { id: "1", style: "message_events", channels: [], dialect: "leanplum" },
  { id: "2", style: "message_events", channels: ["Email", "In-app Message"], dialect: "carom" },
  { id: "3", style: "ab_test_events", dialect: "leanplum" },
].map(({ dialect, ...rule }) => ({
  ...rule,
  active: true,
  template: {
    dialect,
    url: `https://${fixedHost}/m?${dialect === "carom" ? "m={message_id}&e={message_event|lower}" : "u={{User ID}}&d={{Device ID}}"}`,
  },
}));

/** Known while events come: of the week of their times, and not of every currency. */
export const exchangeRates = [
  { day: "2026-01-13", currency: "USD", rate: "1.1626" },
  { day: "2026-01-12", currency: "USD", rate: "1.16" },
  { day: "2026-01-13", currency: "JPY", rate: "183.4" },
  { day: "2019-01-02", currency: "GBP", rate: "0.9" },
];

/** The catalog in force while events come. */
export const validCatalog = {
  carom: 1,
  accounts: [{ id: "agency", kind: "agency", af_prt_names: ["agencyprt"] }],
  partners,
  apps: [
    {
      id: "com.example.game",
      name: "Example Game",
      revenue_properties: ["note_price"],
      test_devices: ["device-7"],
      custom_events: [{ name: "Season Pass" }],
      message_rules_max: 6,
      integrations,
      rules: [...customRules, ...messageRules],
      grants: [{ account_id: "agency", share_events: "all", share_revenue: false, event_names: ["purchase"] }],
    },
  ],
};
