import type { Dice } from "./dice.ts";

/** An event that uses every part of the format, to be made hostile. */
export const validEvent = (dice: Dice): Readonly<Record<string, unknown>> => ({
  app_id: "com.example.game",
  // Some come again, and are asked about.
  event_id: `number-${dice.below(dice.hits(0.2) ? 50 : 100_000)}`,
  event_type: dice.pick([
    "in_app_event",
    "install",
    "session_start",
    "message_event",
    "re-engagement",
    "ab_test_event",
  ]),
  event_name: dice.pick(["purchase", "level", "Open", "Send", "Season Pass"]),
  event_time: dice.pick(["2026-01-14T11:59:59Z", "2026-01-14 11:59:59.123", 1_768_391_999, 1_768_391_999_123]),
  event_value: dice.pick<unknown>([
    { af_revenue: 12.5, af_currency: "EUR", note: "a note", list: [1, { deep: true }] },
    '{"af_revenue":"12.5","note_price":3,"note":"a note"}',
    "af_revenue=12.5&note=a+note",
    // Revenue in texts, which is masked where it is not shared.
    { note: "https://a.example/?af_revenue=12.5&b=1", link: "note_price: '3,50'; af_revenue => {\"a\":1}" },
    { note: 'shown: {"af_revenue":"12.5","list":[{"note_price":3}]}', raw: '{"af_revenue":[1,2],"note":"a"}' },
    { log: "af_revenue&quot;: &quot;9.99&quot;, x", other: "af_revenue=N/A note_price[eur]=7" },
  ]),
  event_revenue: dice.pick(["1.25", 1.25]),
  event_revenue_currency: "USD",
  media_source: "examplenetwork_int",
  clickid: "click-1",
  install_id: `device-${dice.below(100)}`,
  customer_user_id: "user-1",
  idfa: "6D92078A-8246-4BA4-AE5B-76104861E7DC",
  advertising_id: "cdda802e-fb9c-47ad-9866-0794d394c912",
  platform: dice.pick(["ios", "android", "ios", "android", "windows", "Windows Phone", "tv"]),
  attributed_touch_type: dice.pick(["click", "impression", "view", "1", "0", "tap"]),
  retargeting_conversion_type: dice.pick(["re-engagement", "Re-attribution", "re-install", "none", "", "other"]),
  is_retargeting: dice.pick([true, false, "1", "no"]),
  wifi: dice.pick([true, "false", "yes", "maybe"]),
  country_code: "DE",
  ip: "203.0.113.7",
  user_agent: "Example/1.0",
  is_test: dice.hits(0.1),
  sharing_filter: ["examplenetwork_int"],
  consent: { ad_storage: true },
  context: { "user.name": "Jo", plan: "gold" },
  message: {
    id: "5676830883119104",
    event: dice.pick(["Open", "Sent", "View", "Accept", "Held Back"]),
    channel: dice.pick(["push", "Email", "in-app message", "pigeon"]),
    template_name: dice.pick(["Confirm", "Banner", ""]),
    parameters: { URL: "https://a.example/?b=1", index: 2 },
  },
  ab_test: { id: "7", variant_id: 8 },
  ...(dice.hits(0.2) ? { is_lat: true } : {}),
  ...(dice.hits(0.1) ? { blocked_reason: "bots", blocked_reason_value: "1" } : {}),
  ...(dice.hits(0.2) ? { af_prt: "agencyprt" } : {}),
});

export const templates: readonly Readonly<Record<string, unknown>>[] = [
  {
    dialect: "appsflyer",
    url: "https://fixed.example/p?id=(clickid)&user=(customer_user_id)&value=(event-value)&e=(mapped-iae)",
  },
  {
    dialect: "carom",
    method: "POST",
    url: "https://fixed.example/{customer_user_id}?v={event_value}",
    headers: { "x-user": "{customer_user_id|lower}" },
    content_type: "application/json",
    body: '{"user": "{customer_user_id}", "value": {event_value}, "m": "{event_value.note|sha256}"}',
  },
  { dialect: "leanplum", url: "https://fixed.example/l?u={{User ID}}&d={{Device ID}}&p={{Parameters}}" },
  {
    dialect: "adobe",
    method: "POST",
    url: "https://fixed.example/a?u={user.name}",
    content_type: "application/json",
    body: '{"all": {%all_json%}, "u": "{user.name}"}',
  },
];

export const fixedHost = "fixed.example";

export const validTemplate = (dice: Dice): Readonly<Record<string, unknown>> => ({
  event_kind: "in_app_event",
  ...dice.pick(templates),
});

/** YAML that is dangerous for who expands, resolves or merges without bounds. */
export const hostileYaml = (dice: Dice): string =>
  dice.pick([
    () =>
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, n) => `${name}: &${name} [${`*${"abcdefghi"[n]},`.repeat(9)}]`).join("\n")}\n`,
    () => "carom: 1\npartners: &p [*p]\n",
    () => "carom: 1\napps: *nothing\n",
    () => "carom: 1\n<<: {partners: []}\n? [a, b]\n: c\n",
    () => `carom: 1\n? ${"k".repeat(5_000)}\n: 1\n`,
    () => `${"- ".repeat(500)}a\n`,
    () => `${"{a: ".repeat(500)}1${"}".repeat(500)}`,
    () => "carom: !!js/function 'function(){}'\n",
    () => "!!binary aGVsbG8=\n",
    () => "carom: 1\ncarom: 1\n",
    () => "__proto__: {polluted: true}\ncarom: 1\n",
    () => "carom: 1\n---\ncarom: 1\n",
    () => "%YAML 9.9\n---\ncarom: 1\n",
    () => "carom: 1\npartners:\n\t- id: tab\n",
    () => "carom: 0x1\napps: .inf\npartners: ~\n",
    () => "carom: 1\npartners:\n  - id: |\n      several\n      lines\n",
  ])();
