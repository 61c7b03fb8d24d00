import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { anExportKey, anHttp, assertProblem } from "#test/support/an-http.ts";

const url = "/inappevent/com.example.game";

/** The request body that the vendor's reference prints, with its own blanks inside `eventValue`. */
const documented = String.raw`{
  "advertising_id": "9c9a82fb-d5de-4cd1-90c3-527441c11828",
  "oaid": "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5",
  "imei": "AA-BBBBBB-CCCCCC-D",
  "appsflyer_id": "1234567890123-1234567",
  "customer_user_id": "customer_user_id ",
  "ip": "192.0.2.1",
  "eventName": "af_purchase",
  "eventValue": "{ \"af_revenue\": \"6\", \"af_content_type\": \"wallets\", \"af_content_id\": \"15854\", \"your_custom_attribute\" :\"456.123\" }",
  "app_version_name": "my_app_version",
  "app_store": "my_android_store_is_best",
  "eventTime": "2019-05-15 12:17:01.123",
  "eventCurrency": "ZAR",
  "bundleIdentifier": "com.myapp",
  "sharing_filter": ["googleadwords_int", "adcolony_int"],
  "custom_dimension": "",
  "app_type": "app_clip",
  "custom_data": "{\"key_group\" : { \"key_a1\" : \"value a1\", \"key_a2\" : \"value a2\" }, \"key_b\" : \"value b\"}",
  "os": "14.5.1",
  "ua": "Mozilla/5.0 (Linux; Android 13; SM-G781B Build/TP1A.220624.014; wv)",
  "aie": true,
  "att": 3,
  "email_hashed": "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
  "consent_data": { "manual": { "gdpr_applies": true, "ad_user_data_enabled": true, "ad_personalization_enabled": false } }
}`;

const aServer = async () => {
  const http = await anHttp();
  const send = (payload: string | Buffer, headers: Readonly<Record<string, string>> = {}, to = url) =>
    http.app.inject({
      method: "POST",
      url: to,
      headers: { authentication: http.keys.ingest, "content-type": "application/json", ...headers },
      payload,
    });
  return { ...http, send };
};

test("the documented payload is answered OK, and every member of it is where it belongs", async () => {
  const { send, engine } = await aServer();
  const answer = await send(documented);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.body, "OK");
  assert.match(String(answer.headers["content-type"]), /^text\/plain/);
  const [event] = engine.appended;
  assert.ok(event !== undefined);
  assert.equal(event.appId, "com.example.game");
  assert.equal(event.type, "in_app_event");
  assert.equal(event.name, "af_purchase");
  assert.equal(new Date(event.time).toISOString(), "2019-05-15T12:17:01.123Z");
  assert.equal(
    event.valueText,
    '{ "af_revenue": "6", "af_content_type": "wallets", "af_content_id": "15854", "your_custom_attribute" :"456.123" }',
    "eventValue keeps its text byte for byte",
  );
  assert.deepEqual(
    { ...event.fields },
    {
      advertising_id: "9c9a82fb-d5de-4cd1-90c3-527441c11828",
      oaid: "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5",
      imei: "AA-BBBBBB-CCCCCC-D",
      install_id: "1234567890123-1234567",
      customer_user_id: "customer_user_id ",
      ip: "192.0.2.1",
      custom_data: '{"key_group" : { "key_a1" : "value a1", "key_a2" : "value a2" }, "key_b" : "value b"}',
      att: 3,
      event_revenue_currency: "ZAR",
      bundle_id: "com.myapp",
      os_version: "14.5.1",
      user_agent: "Mozilla/5.0 (Linux; Android 13; SM-G781B Build/TP1A.220624.014; wv)",
      app_version: "my_app_version",
      install_app_store: "my_android_store_is_best",
      is_lat: false,
      event_source: "S2S",
    },
  );
  assert.deepEqual(event.sharingFilter, ["googleadwords_int", "adcolony_int"]);
  assert.deepEqual({ ...event.consent }["manual"], {
    gdpr_applies: true,
    ad_user_data_enabled: true,
    ad_personalization_enabled: false,
  });
  assert.deepEqual(Object.keys(event.extra).toSorted(), ["aie", "app_type", "custom_dimension", "email_hashed"]);
  assert.equal(event.senderIp, null, "the address of a customer's server is nobody's");
});

test("the older form is taken too, and no value is written both ways", async () => {
  const { send, engine } = await aServer();
  const older = (value: string) =>
    `{"appsflyer_id":"1415211453000-6513894","advertising_id":"38412345-8cf0-aa78-b23e-10b96e40000d","eventName":"af_purchase","eventValue":${value},"eventCurrency":"USD","ip":"1.0.0.0","eventTime":"2014-05-15 12:17:00.000","af_events_api":"true"}`;
  for (const value of ['""', '" "', "null", String.raw`"{\"af_revenue\":6.00}"`])
    assert.equal((await send(older(value))).body, "OK");
  assert.deepEqual(
    engine.appended.map(({ valueText }) => valueText),
    [null, null, null, '{"af_revenue":6.00}'],
  );
  for (const { extra } of engine.appended) assert.deepEqual(Object.keys(extra), []);
});

test("without eventTime an event is of its arrival; times come with and without milliseconds and offset", async () => {
  const { send, engine, clock } = await aServer();
  const at = (time: string | null) =>
    `{"appsflyer_id":"1-1","eventName":"a","eventValue":""${time === null ? "" : `,"eventTime":"${time}"`}}`;
  for (const time of [null, "2026-01-14 12:00:00", "2026-01-14 12:00:00.5", "2026-01-14 12:00:00.000+0200"])
    assert.equal((await send(at(time))).statusCode, 200);
  const noon = Date.UTC(2026, 0, 14, 12);
  assert.deepEqual(
    engine.appended.map(({ time }) => time),
    [clock.now(), noon, noon + 500, noon - 7_200_000],
  );
});

test("a filter of all partners, and one that cannot be read, are never passed over", async () => {
  const { send, engine } = await aServer();
  const filtered = (filter: string) =>
    `{"appsflyer_id":"1-1","eventName":"a","eventValue":"","sharing_filter":${filter}}`;
  assert.equal((await send(filtered('"all"'))).body, "OK");
  assert.equal(engine.appended[0]?.sharingFilter, "all");
  const refused = await send(filtered('"a,b"'));
  assert.equal(refused.statusCode, 400);
  assert.equal(refused.body, "Bad request");
  assert.equal(refused.headers["carom-error"], "event.field_type");
  assert.match(String(refused.headers["carom-error-detail"]), /^sharing_filter: /);
});

test("each refusal has the vendor's status and words", async () => {
  const { send, ask } = await aServer();
  const event = '{"appsflyer_id":"1-1","eventName":"a","eventValue":""}';
  const told = async (...parts: Parameters<typeof send>) => {
    const { statusCode, body, headers } = await send(...parts);
    return [statusCode, body, headers["carom-error"]];
  };
  assert.deepEqual(await told(event, { authentication: "" }), [400, "Failed to Authenticate", "auth.missing"]);
  assert.deepEqual(await told(event, { authentication: "x" }), [401, "Unauthorized", "auth.unknown_key"]);
  assert.deepEqual(await told(event, { authentication: await anExportKey({ ask }) }), [
    403,
    "Forbidden",
    "auth.wrong_kind",
  ]);
  assert.deepEqual(await told(event, {}, "/inappevent/com.example.other"), [
    400,
    "app_id does not match the authentication token",
    "event.app_forbidden",
  ]);
  const missing = "event.member_missing";
  for (const absent of ['{"eventName":"a","eventValue":""}', '{"appsflyer_id":null,"eventName":"a","eventValue":""}'])
    assert.deepEqual(await told(absent), [400, "appsflyer_id is a mandatory field", missing]);
  assert.deepEqual(await told('{"appsflyer_id":"1-1","eventValue":""}'), [
    400,
    "eventName is a mandatory field",
    missing,
  ]);
  assert.deepEqual(await told('{"appsflyer_id":"1-1","eventName":"a"}'), [
    400,
    'eventValue is a mandatory field: send "" for no value',
    missing,
  ]);
  const unreadable = "Payload is missing or failed to parse";
  assert.deepEqual(await told(""), [400, unreadable, "events.none"]);
  assert.deepEqual(await told("{"), [400, unreadable, "event.not_json"]);
  assert.deepEqual(await told(`[${event},${event}]`), [400, unreadable, "event.not_an_object"]);
  assert.deepEqual(await told(Buffer.from([0xff])), [400, unreadable, "request.not_utf8"]);
  assert.deepEqual(await told('{"appsflyer_id":"1-1","eventName":"a","eventValue":"","eventTime":"yesterday"}'), [
    400,
    "Bad request",
    "event.time_invalid",
  ]);
  assert.deepEqual(await told('{"appsflyer_id":"1-1","eventName":"a","eventValue":"free text"}'), [
    400,
    "Bad request",
    "event.value_invalid",
  ]);
  const large = `{"appsflyer_id":"1-1","eventName":"a","eventValue":"","x":"${"x".repeat(70_000)}"}`;
  assert.equal((await send(large)).statusCode, 413);
});

test("an app that is not in the catalog is an error, and no silent 200", async () => {
  const { app, keys } = await anHttp();
  const answer = await app.inject({
    method: "POST",
    url: "/inappevent/123456789",
    headers: { authentication: keys.ingest },
    payload: '{"appsflyer_id":"1-1","eventName":"a","eventValue":""}',
  });
  assert.equal(answer.statusCode, 400);
  assert.match(String(answer.headers["carom-error-detail"]), /an iOS app is written id123456789/);
});

test("who accepts problems is told the whole one", async () => {
  const { send } = await aServer();
  const accept = { accept: "application/problem+json" };
  assertProblem(await send("{", accept), 400, "events.none_accepted");
  assertProblem(await send("{}", { ...accept, authentication: "x" }), 401, "auth.unknown_key");
});

test("what is not durable is not acknowledged: 503 with Retry-After", async () => {
  const { send, engine } = await aServer();
  engine.failWith = new NotAcknowledged("store_failed", 2);
  const answer = await send('{"appsflyer_id":"1-1","eventName":"a","eventValue":""}');
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers["retry-after"], "2");
  assert.equal(answer.headers["carom-error"], "intake.store_failed");
});

test("a packed body is taken, and one without a content type", async () => {
  const { send, app, keys } = await aServer();
  const event = '{"appsflyer_id":"1-1","eventName":"a","eventValue":""}';
  assert.equal((await send(gzipSync(event), { "content-encoding": "gzip" })).body, "OK");
  const bare = await app.inject({ method: "POST", url, headers: { authentication: keys.ingest }, payload: event });
  assert.equal(bare.body, "OK");
});
