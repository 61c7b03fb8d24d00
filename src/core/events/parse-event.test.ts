import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { appId, eventId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Event } from "./event.ts";
import { eventBytesMax, parseEvent } from "./parse-event.ts";
import { eventDepthMax } from "./read-event-member.ts";

const receivedAt = Date.UTC(2026, 0, 14, 12);
const parse = (source: string, members?: unknown) =>
  parseEvent({
    source,
    members,
    id: eventId("019bbc5e-0000-7000-8000-000000000001"),
    receivedAt,
    senderIp: "38.166.144.142",
    defaultAppId: appId("com.example.game"),
  });

function eventOf(source: string): Event {
  const parsed = parse(source);
  assert.equal(parsed.kind, "event", JSON.stringify(parsed));
  assert.ok(parsed.kind === "event");
  return parsed.event;
}

function problemsOf(source: string): readonly Problem[] {
  const parsed = parse(source);
  assert.ok(parsed.kind === "refused", "it was taken");
  return parsed.problems;
}

const codesOf = (source: string): readonly string[] => problemsOf(source).map(({ code }) => code);
const named = (members: Record<string, unknown>): string => JSON.stringify({ event_name: "purchase", ...members });

test("the event of the contract is read whole", () => {
  const source = JSON.stringify({
    event_id: "c-1",
    app_id: "com.example.other",
    event_type: "in_app_event",
    event_name: "af_purchase",
    event_time: "2026-01-13T12:00:00.000Z",
    event_value: { af_revenue: 50.87, af_currency: "USD", af_level: 2 },
    install_id: "1547985076649-5309999",
    is_lat: false,
    att: 3,
    install_time: "2026-01-10 12:00:00.123",
    is_test: true,
    is_primary_attribution: true,
    blocked_reason: null,
    sharing_filter: ["other_int"],
    consent_data: { manual: { gdpr_applies: true } },
    message: { id: 7, event: "Open", channel: "Push Notification", template_name: "", parameters: { a: 1 } },
    ab_test: { id: "t", variant_id: 12 },
    context: { "a.OSVersion": "Android 14", launches: 3, first: true, gone: null },
    my_own: [1, { two: 2 }],
  });
  const event = eventOf(source);
  assert.equal(event.clientEventId, "c-1");
  assert.equal(event.appId, "com.example.other");
  assert.equal(event.name, "af_purchase");
  assert.equal(event.time, Date.UTC(2026, 0, 13, 12));
  assert.equal(event.receivedAt, receivedAt);
  assert.equal(event.isTest, true);
  assert.deepEqual(event.fields, {
    install_id: "1547985076649-5309999",
    is_lat: false,
    att: 3,
    install_time: Date.UTC(2026, 0, 10, 12, 0, 0, 123),
    is_primary_attribution: true,
  });
  assert.equal(event.valueText, '{"af_revenue":50.87,"af_currency":"USD","af_level":2}');
  assert.deepEqual(event.sharingFilter, ["other_int"]);
  assert.deepEqual(event.consent, { manual: { gdpr_applies: true } });
  assert.deepEqual(event.message, {
    id: "7",
    event: "Open",
    channel: "Push Notification",
    templateName: "",
    parameters: { a: 1 },
  });
  assert.deepEqual(event.abTest, { id: "t", variantId: "12" });
  assert.deepEqual({ ...event.context }, { "a.OSVersion": "Android 14", launches: 3, first: true });
  assert.deepEqual({ ...event.extra }, { my_own: [1, { two: 2 }] });
  assert.equal(event.source, source);
  assert.equal(event.senderIp, "38.166.144.142");
  assert.equal(event.enrichment, null);
});

test("an event without a time happened when it arrived, without an app in the key's, without a type in the app", () => {
  const event = eventOf('{"event_name":"purchase","event_time":"","app_id":null,"event_type":"None"}');
  assert.equal(event.time, receivedAt);
  assert.equal(event.appId, "com.example.game");
  assert.equal(event.type, "in_app_event");
  assert.equal(event.clientEventId, null);
  assert.deepEqual(event.extra, Object.create(null));
});

test("a conversion or a session may go without a name, an in-app event may not", () => {
  assert.equal(eventOf('{"event_type":"install"}').name, "install");
  assert.equal(eventOf('{"event_type":"session"}').name, "session");
  assert.deepEqual(codesOf('{"event_type":"in_app_event"}'), ["event.name_missing"]);
  assert.deepEqual(codesOf("{}"), ["event.name_missing"]);
});

test("event_value keeps its source text: 120.00, big integers, order and doubled members", () => {
  const value = '{"af_revenue":120.00,"big":12345678901234567890, "af_\\u0072evenue" :7}';
  assert.equal(eventOf(`{"event_name":"p","event_value": ${value} }`).valueText, value);
  assert.equal(eventOf(`{"event_name":"p","event_value":${JSON.stringify(` ${value}\n`)}}`).valueText, value);
  assert.equal(eventOf('{"event_name":"p","event_value":{"a":1},"event_value":{"a":2}}').valueText, '{"a":2}');
});

test("an event_value without anything is none, and what is no object is refused", () => {
  for (const value of ['""', '" "', "null", '"None"']) {
    assert.equal(eventOf(`{"event_name":"p","event_value":${value}}`).valueText, null);
  }
  for (const value of ['"50.87"', '"[1,2,3]x"', '"{af_revenue: 1}"', '"\\"x\\""']) {
    assert.deepEqual(codesOf(`{"event_name":"p","event_value":${value}}`), ["event.value_invalid"], value);
  }
  for (const value of ["[1]", "5", "true"]) {
    assert.deepEqual(codesOf(`{"event_name":"p","event_value":${value}}`), ["event.value_invalid"], value);
  }
});

test("a placeholder is no event id: unrelated events that hold one are not duplicates", () => {
  for (const id of ["None", "null", "undefined", " ", "{event_id}", "{{event_id}}", "$$sdk(event_id)", "N/A"]) {
    assert.equal(eventOf(named({ event_id: id })).clientEventId, null, id);
  }
  assert.equal(eventOf(named({ event_id: 0 })).clientEventId, "0");
});

test("a blank or a placeholder is no event name and no app", () => {
  for (const name of [" ", "null", "{event_name}", "(event-name)", "__EVENT__"]) {
    assert.deepEqual(codesOf(JSON.stringify({ event_name: name })), ["event.name_missing"], name);
    assert.equal(eventOf(JSON.stringify({ event_name: name, event_type: "session" })).name, "session", name);
    const source = JSON.stringify({ event_name: "p", app_id: name });
    const parsed = parseEvent({
      source,
      id: eventId("019bbc5e-0000-7000-8000-000000000002"),
      receivedAt,
      senderIp: null,
      defaultAppId: null,
    });
    assert.ok(parsed.kind === "refused", name);
    assert.deepEqual(
      parsed.problems.map(({ code }) => code),
      ["event.app_missing"],
    );
  }
});

test("a word for not known is no id of a device or user, and stays where it is a value", () => {
  for (const text of ["null", "undefined", "(idfa)", "$$sdk(idfa)", "__IDFA__", "#idfa#", "N/A", "unknown"]) {
    const { fields } = eventOf(named({ idfa: text, customer_user_id: text, install_id: text }));
    assert.deepEqual(fields, {}, text);
  }
  assert.deepEqual(eventOf(named({ carrier: "unknown", blocked_reason_value: "N/A" })).fields, {
    carrier: "unknown",
    blocked_reason_value: "N/A",
  });
});

test("a number that is no time is refused with words, and 0 is a time that is not known", () => {
  for (const time of [5, 20260114, "20260114", 0]) {
    const [problem] = problemsOf(named({ event_time: time }));
    assert.equal(problem?.code, "event.time_invalid");
    assert.match(problem?.message ?? "", /9 digits or more/);
  }
  assert.equal(eventOf(named({ gp_click_time: 0 })).fields.gp_click_time, undefined);
});

test("a refusal to share that cannot be read is refused, never passed over", () => {
  for (const consent of [
    { manual: { ad_user_data_enabled: "denied" } },
    { manual: { ad_personalization_enabled: [false] } },
    { ad_user_data_enabled: 2 },
    { tcf: { gdpr_applies: {} } },
    { manual: '{"ad_user_data_enabled":false}' },
    { manual: [] },
  ]) {
    assert.deepEqual(codesOf(named({ consent_data: consent })), ["event.field_type"], JSON.stringify(consent));
  }
  assert.deepEqual(codesOf(named({ ad_user_data_enabled: "no thanks" })), ["event.field_type"]);
  assert.deepEqual(problemsOf(named({ consent_data: { manual: { gdpr_applies: "x" } } }))[0]?.path, [
    "consent_data",
    "manual",
    "gdpr_applies",
  ]);
  const said = { manual: { gdpr_applies: "None", ad_user_data_enabled: " FALSE " }, tcf: null };
  assert.deepEqual(eventOf(named({ consent_data: said })).consent, said);
});

test("texts that mean no value leave the field out", () => {
  const event = eventOf(named({ idfa: "None", advertising_id: "{ifa}", oaid: "", idfv: null, campaign: "%c%" }));
  assert.deepEqual(event.fields, {});
});

test("numbers stand in text fields as the source writes them", () => {
  const event = eventOf('{"event_name":"p","customer_user_id":123456789012345678901,"af_sub1":1.50,"af_c_id":12}');
  assert.deepEqual(event.fields, { customer_user_id: "123456789012345678901", af_sub1: "1.50", af_c_id: "12" });
});

test("numbers may be text and stay as they came, flags may be 0, 1 and words", () => {
  const event = eventOf(
    named({ event_revenue: " 120.00 ", att: "3", is_lat: "TRUE", wifi: 0, is_first: "1", is_retargeting: "no" }),
  );
  assert.deepEqual(event.fields, {
    event_revenue: "120.00",
    att: "3",
    is_lat: true,
    wifi: false,
    is_first: true,
    is_retargeting: false,
  });
});

test("appsflyer_id is the install id, unless Carom's own name tells one, in either order", () => {
  assert.equal(eventOf(named({ appsflyer_id: "a" })).fields.install_id, "a");
  assert.equal(eventOf('{"event_name":"p","appsflyer_id":"a","install_id":"b"}').fields.install_id, "b");
  assert.equal(eventOf('{"event_name":"p","install_id":"b","appsflyer_id":"a"}').fields.install_id, "b");
  assert.equal(
    eventOf('{"event_name":"p","appsflyer_id":12345678901234567890}').fields.install_id,
    "12345678901234567890",
  );
});

test("why an event was rejected is read by every name that a report has for it", () => {
  for (const name of ["rejected_reason", "reject_reason", "fraud_reason"]) {
    const { fields } = eventOf(named({ [name]: "bots" }));
    assert.equal(fields.blocked_reason, "bots", name);
  }
  assert.equal(eventOf(named({ reject_reason: "a", blocked_reason: "b" })).fields.blocked_reason, "b");
  assert.equal(eventOf(named({ reject_reason_value: "1123456" })).fields.blocked_reason_value, "1123456");
  assert.equal(eventOf(named({ fraud_sub_reason: "x" })).fields.blocked_sub_reason, "x");
});

test("the revenue in USD may come in seed 002's spelling", () => {
  assert.equal(eventOf(named({ event_revenue_USD: "9.10" })).fields.event_revenue_usd, "9.10");
});

test("sharing_filter is a list, one name, or all", () => {
  assert.equal(eventOf(named({ sharing_filter: "all" })).sharingFilter, "all");
  assert.equal(eventOf(named({ sharing_filter: ["a", "all"] })).sharingFilter, "all");
  assert.deepEqual(eventOf(named({ sharing_filter: "a" })).sharingFilter, ["a"]);
  assert.equal(eventOf(named({ sharing_filter: [] })).sharingFilter, null);
  assert.equal(eventOf(named({ sharing_filter: null })).sharingFilter, null);
  for (const all of [" ALL ", ["All"], "aLL"])
    assert.equal(eventOf(named({ sharing_filter: all })).sharingFilter, "all");
  assert.deepEqual(eventOf(named({ sharing_filter: [" a "] })).sharingFilter, ["a"]);
  for (const list of ["a,b", '["a"]', "[a]", '"all"', ["a", "b,c"], { a: 1 }]) {
    assert.deepEqual(codesOf(named({ sharing_filter: list })), ["event.field_type"], JSON.stringify(list));
  }
});

test("every problem is told, with the path of its field, a code and what to write, and never the value", () => {
  const problems = problemsOf(
    JSON.stringify({
      app_id: {},
      event_id: [],
      event_name: { secret: "s3cret" },
      event_type: "s3cret",
      event_time: "s3cret",
      is_test: "s3cret",
      att: "s3cret",
      is_lat: "s3cret",
      install_time: "s3cret",
      idfa: true,
      context: { nested: { a: 1 } },
      message: { id: [], parameters: {} },
      ab_test: "s3cret",
      sharing_filter: [1],
      consent_data: 5,
    }),
  );
  assert.deepEqual(
    problems.map(({ path, code }) => `${path.join(".")} ${code}`),
    [
      "app_id event.field_type",
      "event_id event.field_type",
      "event_name event.field_type",
      "event_type event.type_unknown",
      "event_time event.time_invalid",
      "is_test event.field_type",
      "att event.field_type",
      "is_lat event.field_type",
      "install_time event.time_invalid",
      "idfa event.field_type",
      "context.nested event.field_type",
      "message.id event.field_type",
      "ab_test event.field_type",
      "sharing_filter event.field_type",
      "consent_data event.field_type",
    ],
  );
  for (const { path, message } of problems) {
    assert.ok(message.startsWith(`${path.join(".")}: `), message);
    assert.ok(!message.includes("s3cret"), message);
  }
});

test("members of a message are read as text, and its parameters are an object", () => {
  assert.deepEqual(eventOf(named({ message: { id: "m" } })).message, {
    id: "m",
    event: "",
    channel: "",
    templateName: "",
    parameters: {},
  });
  assert.deepEqual(codesOf(named({ message: { parameters: [] } })), ["event.field_type"]);
  assert.equal(eventOf('{"event_name":"p","ab_test":{"id":12345678901234567890}}').abTest?.id, "12345678901234567890");
});

test("an event without an app of its own or of its key is refused", () => {
  const parsed = parseEvent({
    source: '{"event_name":"p"}',
    id: eventId("e"),
    receivedAt,
    senderIp: null,
    defaultAppId: null,
  });
  assert.deepEqual(parsed.kind === "refused" ? parsed.problems.map(({ code }) => code) : null, ["event.app_missing"]);
});

test("what is no JSON object is refused", () => {
  assert.deepEqual(codesOf('{"a":'), ["event.not_json"]);
  const parsed = parse('{"event_name":"p",\n "x":05}');
  assert.match(parsed.kind === "refused" ? (parsed.problems[0]?.message ?? "") : "", /line 2, column 7$/);
  for (const source of ["[]", "5", '"x"', "null"]) assert.deepEqual(codesOf(source), ["event.not_an_object"]);
});

test("size, depth and the length of keys have limits", () => {
  const room = eventBytesMax - '{"event_name":"p","x":""}'.length;
  assert.equal(parse(`{"event_name":"p","x":"${"x".repeat(room)}"}`).kind, "event");
  assert.deepEqual(codesOf(`{"event_name":"p","x":"${"x".repeat(room + 1)}"}`), ["event.too_large"]);
  assert.deepEqual(codesOf(`{"event_name":"p","x":"${"é".repeat(room / 2 + 1)}"}`), ["event.too_large"]);
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  for (const name of ["event_value", "consent_data", "undeclared"]) {
    assert.equal(parse(`{"event_name":"p","${name}":${nested(eventDepthMax)}}`).kind, "event", name);
    assert.deepEqual(codesOf(`{"event_name":"p","${name}":${nested(eventDepthMax + 1)}}`), ["event.too_deep"], name);
  }
  const text = JSON.stringify(nested(eventDepthMax + 1));
  assert.deepEqual(codesOf(`{"event_name":"p","event_value":${text}}`), ["event.too_deep"]);
  assert.deepEqual(codesOf(named({ event_id: "x".repeat(513) })), ["event.field_too_long"]);
  assert.deepEqual(codesOf(named({ event_revenue: 1 }).replace(":1}", ":1e999}")), ["event.field_type"]);
});

test("names of the prototype are members like any other", () => {
  const event = eventOf(
    '{"event_name":"p","__proto__":{"polluted":1},"constructor":5,"toString":6,"context":{"__proto__":"x"}}',
  );
  assert.equal(Object.getPrototypeOf(event.extra), null);
  assert.deepEqual(Object.keys(event.extra), ["__proto__", "constructor", "toString"]);
  assert.deepEqual(Object.keys(event.context ?? {}), ["__proto__"]);
  assert.deepEqual(event.fields, {});
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("members that the caller has parsed are used as they are", () => {
  const source = named({ idfa: "x" });
  assert.deepEqual(parse(source, JSON.parse(source)), parse(source));
  assert.equal(parse(source, [1]).kind, "refused");
});

test("no text makes it throw, and every refusal says why", () => {
  const members = fc.dictionary(
    fc.constantFrom(
      "event_name",
      "event_type",
      "event_value",
      "event_time",
      "context",
      "message",
      "att",
      "idfa",
      "x",
      "__proto__",
    ),
    fc.oneof(fc.jsonValue(), fc.constantFrom("install", "in_app_event", "purchase", 1768392000, "{}")),
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    members.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (source) => {
      const parsed = parse(source);
      if (parsed.kind === "refused")
        assert.ok(parsed.problems.every(({ code, message }) => code !== "" && message !== ""));
      else assert.equal(parsed.event.source, source);
      if (parsed.kind === "refused") assert.ok(parsed.problems.length > 0);
    }),
    { numRuns: 400 },
  );
});
