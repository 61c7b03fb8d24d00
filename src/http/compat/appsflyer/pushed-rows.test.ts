import assert from "node:assert/strict";
import test from "node:test";
import { isEventField } from "#src/core/events/event-fields.ts";
import { anExportKey, anHttp, assertProblem } from "#test/support/an-http.ts";
import { pushFields, reportFields } from "./raw-data-fields.ts";

/** The list of the vendor's configuration API, as it is written there. */
const listed = `api_version, af_c_id, campaign, af_adset_id, af_adset, af_ad_id, af_ad, af_ad_type, af_channel,
af_cost_currency, af_cost_model, af_cost_value, af_keywords, af_attribution_lookback, af_prt, af_reengagement_window, af_siteid,
af_sub_siteid, af_sub1, af_sub2, af_sub3, af_sub4, af_sub5, is_retargeting, media_source, original_url, user_agent, advertising_id,
android_id, amazon_aid, app_id, app_name, app_version, appsflyer_id, bundle_id, carrier, country_code, custom_data, customer_user_id,
device_category, device_type, device_model, event_name, event_revenue, event_revenue_currency, event_time, event_value, idfa, idfv, imei,
install_app_store, install_time, ip, language, operator, os_version, platform, sdk_version, wifi, gp_broadcast_referrer, city,
attributed_touch_time, attributed_touch_type, contributor_1_af_prt, contributor_1_campaign, contributor_1_match_type,
contributor_1_media_source, contributor_1_touch_time, contributor_1_touch_type, contributor_2_af_prt, contributor_2_campaign,
contributor_2_match_type, contributor_2_media_source, contributor_2_touch_time, contributor_2_touch_type, contributor_3_af_prt,
contributor_3_campaign, contributor_3_match_type, contributor_3_media_source, contributor_3_touch_time, contributor_3_touch_type,
dma, event_revenue_usd, event_source, http_referrer, is_primary_attribution, is_receipt_validated, match_type, postal_code, region,
retargeting_conversion_type, state, network_account_id, gp_click_time, gp_install_begin, gp_referrer, keyword_match_type,
selected_currency, revenue_in_selected_currency, cost_in_selected_currency, attributed_touch_time_selected_timezone,
install_time_selected_timezone, event_time_selected_timezone, selected_timezone, deeplink_url, oaid, keyword_id, store_reinstall,
is_lat, device_download_time, device_download_time_selected_timezone, conversion_type, custom_dimension, campaign_type`
  .split(",")
  .map((name) => name.trim());

/** A recorded push (an in-app event of an organic install), as it came. */
const recorded =
  '{"idfv":"868049A3-4B2F-4A11-9B00-CFFC362XXXXX","device_category":"phone","af_sub1":null,"customer_user_id":"hi.from@appsflyer.example.com","is_lat":null,"contributor_2_af_prt":null,"bundle_id":"com.appsflyer.AppsFlyer","gp_broadcast_referrer":"","contributor_2_touch_time":null,"contributor_3_touch_type":null,"event_source":"SDK","af_cost_value":null,"app_version":"1.4.1","custom_data":null,"gp_install_begin":null,"city":"Khu Pho Binh Hoa","amazon_aid":null,"attributed_touch_time_selected_timezone":null,"selected_currency":"USD","app_name":"AppsFlyer","install_time_selected_timezone":"2019-01-20 04:51:16.000+0000","postal_code":"823941","wifi":true,"install_time":"2019-01-20 04:51:16.000","operator":null,"attributed_touch_type":null,"campaign_type":null,"device_download_time_selected_timezone":"2019-01-20 04:51:16.000+0000","conversion_type":null,"api_version":"2.0","attributed_touch_time":null,"revenue_in_selected_currency":null,"is_retargeting":false,"country_code":"VN","match_type":null,"appsflyer_id":"1547985076649-5309999","dma":"None","http_referrer":null,"event_revenue_currency":"USD","store_reinstall":null,"media_source":"organic","campaign":null,"region":"AS","event_value":"{}","ip":"1.1.1.1","oaid":null,"event_time":"2020-01-15 14:57:24.898","event_revenue_usd":null,"state":"57","device_type":"iPhoneXR","idfa":"A7071198-3848-40A5-B3D0-94578D9BZZZZ","retargeting_conversion_type":null,"language":"en-US","app_id":"com.example.game","event_revenue":null,"carrier":null,"event_name":"My Apps","advertising_id":null,"os_version":"12.3.1","platform":"ios","selected_timezone":"UTC","user_agent":"AppsFlyer/1 CFNetwork/978.0.7 Darwin/18.6.0","is_primary_attribution":true,"sdk_version":"v4.10.0","event_time_selected_timezone":"2020-01-15 14:57:24.898+0000"}';

type Row = Readonly<Record<string, unknown>>;

const aServer = async () => {
  const http = await anHttp();
  const headers = { authorization: http.keys.ingest, "content-type": "application/json" };
  const push = (row: Row | string, query = "") =>
    http.app.inject({
      method: "POST",
      url: `/appsflyer/push${query}`,
      headers,
      payload: typeof row === "string" ? row : JSON.stringify(row),
    });
  const get = (row: Readonly<Record<string, string>>) =>
    http.app.inject({ method: "GET", url: `/appsflyer/push?${new URLSearchParams(row)}`, headers });
  return { ...http, push, get };
};

const aRow = (row: Row = {}): Row => ({
  app_id: "com.example.game",
  appsflyer_id: "1547985076649-5309999",
  event_name: "af_purchase",
  event_time: "2026-01-14 12:00:00.000",
  install_time: "2026-01-01 00:00:00.000",
  ...row,
});

test("every field that the vendor lists has its place, and no place is unknown", () => {
  assert.equal(new Set(listed).size, listed.length);
  assert.deepEqual(Object.keys(pushFields), listed);
  const members = new Set(["app_id", "event_name", "event_time", "event_value", "extra", "consent"]);
  for (const [name, target] of Object.entries({ ...pushFields, ...reportFields }))
    assert.ok(isEventField(target) || members.has(target), `${name} → ${target}`);
});

test("every listed field comes through: as its field, or as an extra member under its own name", async () => {
  const { push, engine } = await aServer();
  const values: Readonly<Record<string, unknown>> = {
    app_id: "com.example.game",
    event_value: '{"af_revenue":120.00}',
    wifi: true,
    is_lat: "false",
    is_retargeting: true,
    is_primary_attribution: "true",
    event_revenue: "120.00",
    event_revenue_usd: 120.5,
  };
  const time = "2026-01-14 12:00:00.000";
  const row = Object.fromEntries(
    listed.map((name) => [
      name,
      values[name] ??
        (/_time$|_begin$/.test(name) ? time : /timezone$/.test(name) ? `${time}+0000` : `value of ${name}`),
    ]),
  );
  assert.equal((await push(row)).body, "OK");
  const [event] = engine.appended;
  assert.ok(event !== undefined);
  for (const [name, target] of Object.entries(pushFields)) {
    if (isEventField(target)) assert.notEqual(event.fields[target], undefined, name);
    else if (target === "extra") assert.equal(event.extra[name], row[name], name);
  }
  assert.equal(event.valueText, '{"af_revenue":120.00}');
});

test("a recorded push is taken as it came, and null, empty and None are no values", async () => {
  const { push, engine } = await aServer();
  const answer = await push(recorded);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.body, "OK");
  const [event] = engine.appended;
  assert.equal(event?.name, "My Apps");
  assert.equal(event?.type, "in_app_event");
  assert.equal(event?.time, Date.UTC(2020, 0, 15, 14, 57, 24, 898));
  assert.equal(event?.fields.install_id, "1547985076649-5309999");
  assert.equal(event?.fields.media_source, "organic");
  assert.equal(event?.fields.wifi, true);
  assert.equal(event?.valueText, "{}");
  assert.equal(event?.fields.dma, undefined);
  assert.equal(event?.fields.campaign, undefined);
  assert.equal(event?.extra["gp_broadcast_referrer"], undefined);
  assert.equal(event?.senderIp, null, "AppsFlyer's server is no device, whatever event_source says");
});

test("a query says the same as JSON, and is the same event when it comes again", async () => {
  const { push, get, engine } = await aServer();
  const row = { ...aRow(), dma: "None", campaign: "", wifi: "true", event_value: '{"af_revenue":"120.00"}' };
  assert.equal((await get({ ...row })).body, "OK");
  assert.equal((await push({ ...row, wifi: true, dma: null })).body, "OK");
  assert.equal(engine.appended.length, 1);
  assert.equal(engine.appended[0]?.valueText, '{"af_revenue":"120.00"}');
  assert.equal(engine.appended[0]?.fields.wifi, true);
});

test("the two rows of a double attribution are two events, and a retry of each is none", async () => {
  const { push, engine } = await aServer();
  const primary = aRow({ is_primary_attribution: true, media_source: "retargeting_int", is_retargeting: true });
  const secondary = aRow({ is_primary_attribution: false, media_source: "acquisition_int", is_retargeting: false });
  for (const row of [primary, secondary, primary, { ...secondary, postback_retry: "TRUE" }])
    assert.equal((await push(row)).body, "OK");
  assert.deepEqual(
    engine.appended.map(({ fields }) => [fields.is_primary_attribution, fields.media_source]),
    [
      [true, "retargeting_int"],
      [false, "acquisition_int"],
    ],
  );
});

test("rows that tell no time or no device are counted each time: nothing tells equal ones apart", async () => {
  const { push, engine } = await aServer();
  const { event_time: _time, ...timeless } = aRow();
  const { appsflyer_id: _id, ...nameless } = aRow();
  for (const row of [timeless, timeless, nameless, nameless]) await push(row);
  assert.equal(engine.appended.length, 4);
  for (const { clientEventId } of engine.appended) assert.equal(clientEventId, null);
});

test("what a row is is told by its endpoint, by its name, or by its conversion", async () => {
  const { push, engine } = await aServer();
  const { event_name: _name, ...unnamed } = aRow();
  const rows: readonly (readonly [Row, string, string, string])[] = [
    [aRow({ event_name: "install" }), "", "install", "install"],
    [aRow({ event_name: "organic-install" }), "", "install", "organic-install"],
    [aRow({ event_name: "reinstall" }), "", "reinstall", "reinstall"],
    [aRow({ event_name: "re-engagement" }), "", "re_engagement", "re-engagement"],
    [aRow({ event_name: "re-attribution" }), "", "re_attribution", "re-attribution"],
    [aRow({ event_name: "uninstall" }), "", "uninstall", "uninstall"],
    [aRow({ conversion_type: "re-engagement" }), "", "in_app_event", "af_purchase"],
    [{ ...unnamed, conversion_type: "re-engagement" }, "", "re_engagement", "re_engagement"],
    [{ ...unnamed, conversion_type: "install" }, "", "install", "install"],
    [unnamed, "?event_type=uninstall", "uninstall", "uninstall"],
    [aRow(), "?event_type=skan_postback", "skan_postback", "af_purchase"],
    [aRow({ event_name: "install" }), "?event_type=install-in-app-events", "in_app_event", "install"],
    [aRow({ event_type: "reinstall-organic" }), "", "reinstall", "af_purchase"],
  ];
  for (const [row, query] of rows) assert.equal((await push(row, query)).body, "OK");
  assert.deepEqual(
    engine.appended.map(({ type, name }) => [type, name]),
    rows.map(([, , type, name]) => [type, name]),
  );
  const answer = await push(aRow(), "?event_type=nonsense");
  assertProblem(answer, 400, "events.none_accepted");
  assert.equal(answer.json().errors[0].code, "event.type_unknown");
});

test("a rejected install comes with its reason, by whichever name a report has for it", async () => {
  const { push, engine } = await aServer();
  const blocked = { event_name: "install", media_source: "network_int" };
  await push(
    aRow({ ...blocked, blocked_reason: "site_blacklist", blocked_reason_value: "1123456", blocked_sub_reason: "x" }),
  );
  await push(aRow({ ...blocked, rejected_reason: "bots", rejected_reason_value: "N/A" }));
  await push(aRow({ ...blocked, reject_reason: "click_flood", reject_reason_value: "7", is_rejected: "1" }));
  assert.deepEqual(
    engine.appended.map(({ fields }) => [
      fields.blocked_reason,
      fields.blocked_reason_value,
      fields.blocked_sub_reason,
    ]),
    [
      ["site_blacklist", "1123456", "x"],
      ["bots", "N/A", undefined],
      ["click_flood", "7", undefined],
    ],
  );
  assert.equal(engine.appended[2]?.fields.is_rejected, true);
});

test("a time is taken from the customer's own zone where UTC is not sent", async () => {
  const { push, engine } = await aServer();
  const { event_time: _time, install_time: _install, ...row } = aRow();
  await push({
    ...row,
    event_time_selected_timezone: "2026-01-14 14:00:00.000+0200",
    install_time_selected_timezone: "2026-01-01 02:00:00.000+0200",
  });
  const [event] = engine.appended;
  assert.equal(event?.time, Date.UTC(2026, 0, 14, 12));
  assert.equal(event?.fields.install_time, Date.UTC(2026, 0, 1));
  assert.equal(event?.extra["event_time_selected_timezone"], "2026-01-14 14:00:00.000+0200");
});

test("Apple's status is read in words and in figures", async () => {
  const { push, engine } = await aServer();
  for (const att of ["authorized", "af_authorized", "denied", "not determined", "restricted", 2, "3"])
    assert.equal((await push(aRow({ att }))).body, "OK");
  assert.deepEqual(
    engine.appended.map(({ fields }) => String(fields.att)),
    ["3", "3", "2", "0", "1", "2", "3"],
  );
});

test("the key stands in whichever header was set up at AppsFlyer", async () => {
  const { app, keys, ask: askApi } = await anHttp();
  const ask = (headers: Readonly<Record<string, string>>) =>
    app.inject({ method: "POST", url: "/appsflyer/push", headers, payload: JSON.stringify(aRow()) });
  assert.equal((await ask({ authorization: keys.ingest })).statusCode, 200);
  assert.equal((await ask({ authorization: `Bearer ${keys.ingest}` })).statusCode, 200);
  assert.equal((await ask({ "x-carom-token": keys.ingest, "x-forwarded-for": "192.0.2.1" })).statusCode, 200);
  assertProblem(await ask({}), 401, "auth.missing");
  assertProblem(await ask({ "x-carom-token": "x" }), 401, "auth.unknown_key");
  assertProblem(await ask({ authorization: await anExportKey({ ask: askApi }) }), 403, "auth.wrong_kind");
});

test("a row of another app, none, and a HEAD take nothing", async () => {
  const { push, app, keys, engine } = await aServer();
  assertProblem(await push(aRow({ app_id: "com.example.other" })), 403, "event.app_forbidden");
  assertProblem(await push(""), 400, "events.none");
  assertProblem(await push("[]"), 400, "events.none_accepted");
  const headers = { authorization: keys.ingest };
  assertProblem(await app.inject({ method: "GET", url: "/appsflyer/push", headers }), 400, "events.none");
  const head = await app.inject({ method: "HEAD", url: "/appsflyer/push?event_name=a", headers });
  assert.equal(head.statusCode, 405);
  assert.equal(engine.appended.length, 0);
});
