import { readFileSync } from "node:fs";
import type { Dice } from "./dice.ts";
import { hostileTexts } from "./mutate-json.ts";

/** What the clients of other products send, as their makers print it, to be made hostile. */
type Document = Readonly<Record<string, unknown>>;

/** AppsFlyer's server-to-server event, of the older API and of the newer. */
export const serverEvent = (dice: Dice): Document => ({
  appsflyer_id: "1547985076649-5309999",
  customer_user_id: "user-1",
  eventName: dice.pick(["purchase", "af_purchase", "level"]),
  // A text that holds JSON; empty, or a blank, for none.
  eventValue: dice.pick([
    '{"af_revenue":"6.72","af_content_type":"wallets","af_content_id":"15854","af_quantity":"1"}',
    "",
    " ",
    '{"af_revenue":',
  ]),
  eventTime: dice.pick(["2026-01-14 11:59:59.123", "2026-01-14 11:59:59"]),
  eventCurrency: "ZAR",
  bundleIdentifier: "com.example.game",
  ip: "203.0.113.7",
  idfa: "9876F1SS-2983-3855-27RR-2R626772VFNB",
  advertising_id: "cdda802e-fb9c-47ad-9866-0794d394c912",
  app_version_name: "1.4.1",
  app_store: "a_store",
  sharing_filter: ["googleadwords_int", "examplenetwork_int"],
  custom_dimension: "",
  custom_data: '{"key_group" : { "key_a1" : "value a1" }, "key_b" : "value b"}',
  os: "14.5.1",
  ua: "Mozilla/5.0 (Linux; Android 13)",
  aie: dice.pick([true, false, "true", 0]),
  att: 3,
  consent_data: { manual: { gdpr_applies: true, ad_user_data_enabled: true, ad_personalization_enabled: false } },
  ...(dice.hits(0.3) ? { af_events_api: "true" } : {}),
});

/** A row of AppsFlyer's Push API. A row with nothing for a field holds null, an empty text or `None`. */
export const pushedRow = (dice: Dice): Document => ({
  app_id: "com.example.game",
  event_name: dice.pick(["purchase", "install", "af_purchase", "re-engagement"]),
  event_type: dice.pick(["in-app-event", "install", "organic-install", "install-in-app-event", "re-attribution"]),
  event_time: "2026-01-14 11:59:59.898",
  event_time_selected_timezone: "2026-01-14 11:59:59.898+0000",
  install_time: "2026-01-01 04:51:16.000",
  event_value: dice.pick(["{}", '{"af_revenue":12.5,"af_currency":"EUR"}', null, "None"]),
  event_revenue: dice.pick([null, "1.25", 1.25, ""]),
  event_revenue_currency: "USD",
  event_revenue_usd: dice.pick([null, 1.25]),
  appsflyer_id: "1547985076649-5309999",
  customer_user_id: "user-1",
  idfa: "A7071198-3848-40A5-B3D0-94578D9B0000",
  idfv: "868049A3-4B2F-4A11-9B00-CFFC36200000",
  advertising_id: null,
  wifi: dice.pick([true, "TRUE", "false"]),
  is_retargeting: false,
  is_primary_attribution: true,
  retargeting_conversion_type: dice.pick([null, "re-engagement", "Re-install"]),
  conversion_type: dice.pick([null, "install", "reinstall"]),
  campaign_type: null,
  media_source: dice.pick(["organic", "examplenetwork_int"]),
  af_prt: dice.pick([null, "agencyprt"]),
  campaign: "c".repeat(dice.pick([1, 100, 101])),
  contributor_1_af_prt: null,
  contributor_1_touch_type: "click",
  contributor_1_touch_time: "2026-01-01 04:51:16.000",
  attributed_touch_type: "impression",
  country_code: "VN",
  dma: "None",
  ip: "1.1.1.1",
  platform: "ios",
  gp_broadcast_referrer: "",
  custom_data: null,
});

/** Arguments of one call as Leanplum's clients make it. */
export const leanplumArguments = (clientKey: string, dice: Dice): Readonly<Record<string, string>> => ({
  action: dice.pick(["addPostback", "addPostback", "listPostbacks", "deletePostback"]),
  appId: "com.example.game",
  clientKey,
  apiVersion: "1.0.6",
  type: dice.pick(["messageEvents", "stateChange", "messageEvents"]),
  postbackUrl: dice.pick([
    "https://fixed.example/?u={{User ID}}&e={{Message event}}&p={{Parameters}}",
    "https://fixed.example/?m={{Message ID}}%26e={{Message event}}",
    `https://fixed.example/?${"x".repeat(2_030)}`,
    `https://fixed.example/?q=${dice.pick(hostileTexts).slice(0, 300)}`,
    "http://127.0.0.1/{{User ID}}",
  ]),
  channels: dice.pick([
    // Written without quotes.
    "[Push Notification, In-app Message]",
    "[Email]",
    '["Email","Push Notification"]',
    "Email, Email,",
    "[Push Notification, In-app Message",
    "[,]",
    "[[Email]]",
  ]),
  postbackId: dice.pick(["1", "4507384093", "-1", "crashes", "1e3"]),
});

export const segmentCalls = ["track", "page", "screen", "identify", "group", "alias", "batch"] as const;

export const segmentMessage = (dice: Dice): Document => ({
  type: dice.pick(segmentCalls),
  messageId: `message-${dice.below(100_000)}`,
  userId: "019mr8mf4r",
  anonymousId: "anonymous-1",
  event: dice.pick(["purchase", "Application Installed", "Install Attributed", "Application Opened", "Song Played"]),
  name: "Home",
  category: "Docs",
  groupId: "group-1",
  previousId: "anonymous-1",
  properties: { name: "Leap to Conclusions", revenue: 14.99, currency: "USD", order_id: "o-1" },
  traits: { email: "jake@example.com", name: "Jake Peterson", age: 26 },
  context: {
    ip: "24.5.68.47",
    app: { name: "Example Game", version: "1.0", namespace: "com.example.game" },
    device: { type: dice.pick(["ios", "android", "phone"]), id: "d-1", advertisingId: "a-1", adTrackingEnabled: true },
    os: { name: "iPhone OS", version: "8.1.3" },
    network: { carrier: "T-Mobile", wifi: true },
    library: { name: dice.pick(["analytics-node", "analytics-ios", "analytics.js"]), version: "2.11.1" },
    location: { city: "Berlin", country: "de" },
    campaign: { source: "examplenetwork_int", name: "c" },
    page: { referrer: "https://example.com/" },
    userAgent: "Example/1.0",
    locale: "nl-NL",
  },
  integrations: dice.pick([{ All: true }, { All: false, Mixpanel: true }, { examplenetwork_int: false }]),
  timestamp: "2026-01-14T11:59:59.000Z",
  originalTimestamp: "2026-01-14T11:59:59.000Z",
  sentAt: "2026-01-14T11:59:59.000Z",
});

/** Adobe's sample file, whole. */
export const adobeConfig: Document = JSON.parse(
  readFileSync(new URL("../support/fixtures/ADBMobileConfig.json", import.meta.url), "utf8"),
);

/** One message of a kind that becomes a rule, alone in its file. */
export const adobeMessages = (dice: Dice): Document => ({
  messages: Array.from({ length: dice.pick([1, 1, 2, 5]) }, (_, index) => ({
    messageId: dice.pick([`message-${index}`, "message-0", "0f660fd7-460c-43e2-a107-eb22cf4b7abc"]),
    template: dice.pick(["callback", "callback", "pii", "alert"]),
    payload: {
      templateurl: dice.pick([
        "https://fixed.example/?a={a.action}&t={%timestampz%}",
        "https://fixed.example/?q={user.name}&z={%all_url%}",
        `https://fixed.example/${dice.pick(hostileTexts).slice(0, 300)}`,
      ]),
      templatebody: dice.pick([
        "",
        Buffer.from('{"all":{%all_json%}}').toString("base64"),
        Buffer.from(dice.pick(hostileTexts)).toString("base64"),
        "no base64!",
        "====",
      ]),
      contenttype: dice.pick(["", "application/json", "text/xml"]),
      timeout: dice.pick([2, 0, 1e9]),
    },
    showOffline: true,
    showRule: dice.pick(["always", "once", "untilClick"]),
    startDate: dice.pick([0, 1_400_000_000]),
    endDate: dice.pick([2_524_730_400, 0, 8.7e15]),
    audiences: [{ key: "a.DaysSinceFirstUse", matches: "gt", values: ["1"] }],
    triggers: [{ key: "pev2", matches: dice.pick(["eq", "ex", "co", "sw", "ge"]), values: ["AMACTION:a", 1, null] }],
  })),
  remotes: { messages: "https://fixed.example/messages.json" },
});

/** A URL as somebody pastes it out of another product's console. */
export const pastedRequest = (dice: Dice): Document => ({
  url: dice.pick([
    "https://fixed.example/?id=(clickid)&t=(click-ts)&idfa=(idfa)",
    "https://fixed.example/?id=$$click(clickid)&sdk=$$sdk(app-id)",
    "https://fixed.example/?id={{click_id}}&amp;sum={{payout}}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a macro of another product.
    "https://fixed.example/?id={clickid}&x=${SUBID}&y=#{z}&w=__OS__&v=[REQUIRED]",
    "https://fixed.example/?a=1¤cy=(currency)¶m=1",
    "https://{host}.example/p?{%adid%}",
  ]),
  headers: { "x-a": "{idfa}", authorization: "Bearer {{token}}" },
  body: dice.pick([null, '{"user": "{{User ID}}", "v": {event_value}}']),
  content_type: dice.pick([null, "application/json"]),
});

/** A partner that is made out of the gallery, with something of its own. */
export const galleryPartner = (dice: Dice): Document => ({
  id: `gallery_${dice.below(200)}`,
  from_gallery: dice.pick(["tune", "ga4", "unity_ads", "appsflyer_s2s", "mgid", "popads", "adjust", "__proto__", 1]),
  name: "Mine",
  media_sources: ["mine_int"],
  limits: { in_flight_max: 8, rate_per_second: 5 },
});
