import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { App, DataSharing } from "#src/core/catalog/catalog.ts";
import { compileCatalogWith } from "#src/core/compile/compile-catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import { eventFields, isEventField } from "#src/core/events/event-fields.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { eventId } from "#src/core/ids.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { nothingShown } from "./verdict.ts";

/** The view that a template is given for this event at this level of data sharing. */
function viewOf(event: Event, sharing: DataSharing, app: Partial<Omit<App, "id">> = {}): EventView {
  let seen: EventView | null = null;
  const mapping = aMapping({ eventName: event.name, partnerEvent: "p1", dataSharing: sharing });
  const integration = anIntegration({
    parameters: { account: "a-7" },
    mappings: [mapping],
    inApp: { dataSharing: sharing, rejectedEvents: true },
  });
  const catalog = aCatalog({
    partners: [aPartner({ parameters: ["account"], templates: [aTemplate({ eventKind: "install" }), aTemplate()] })],
    apps: [anApp({ ...app, integrations: [integration] })],
  });
  const compilation = compileCatalogWith(
    () => ({
      kind: "compiled",
      warnings: [],
      template: {
        macros: [],
        trace: () => [],
        render: (view) => {
          seen = view;
          return { kind: "fault", message: "only looked at" };
        },
      },
    }),
    catalog,
    { hashes: testHashes },
  );
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  for (const compiled of compilation.compiled.apps.values()) compiled.decide(event, nothingShown);
  assert.ok(seen !== null, "the event was not rendered");
  return seen;
}

const purchase = anEvent({
  id: "019bbc5e-0000-7000-8000-0000000000aa",
  fields: { event_revenue: 50.87, event_revenue_currency: "EUR", event_revenue_usd: 55.1, af_sub1: "s" },
  value: '{"af_revenue": 50.87, "af_currency": "USD", "af_level":2,"af_receipt_id":57601333}',
});
const seedValue = anEvent({ value: '{"af_revenue":50.87,"af_currency":"USD","af_level":2,"af_receipt_id":57601333}' });

test("golden, the three levels of data sharing: none", () => {
  const view = viewOf(seedValue, "none");
  assert.equal(view.valueText(), "N/A");
  assert.equal(view.monetary(), "N/A");
  assert.equal(view.currency(), "N/A");
  assert.equal(view.eventName, "purchase");
  assert.equal(view.partnerEvent, "p1");
});

test("golden, the three levels of data sharing: values without revenue", () => {
  const view = viewOf(seedValue, "values_without_revenue");
  assert.equal(view.valueText(), '{"af_revenue":"N/A","af_currency":"N/A","af_level":2,"af_receipt_id":57601333}');
  assert.equal(view.monetary(), "N/A");
  assert.equal(view.currency(), "N/A");
});

test("golden, the three levels of data sharing: values and revenue", () => {
  const view = viewOf(seedValue, "values_and_revenue");
  assert.equal(view.valueText(), '{"af_revenue":50.87,"af_currency":"USD","af_level":2,"af_receipt_id":57601333}');
  assert.equal(view.monetary(), "50.87");
  assert.equal(view.currency(), "USD");
});

test("monetary is event_revenue, else af_revenue; the currency likewise; fields of revenue are masked with them", () => {
  const open = viewOf(purchase, "values_and_revenue");
  assert.equal(open.monetary(), "50.87");
  assert.equal(open.currency(), "EUR");
  assert.equal(open.text("event_revenue_usd"), "55.1");
  assert.equal(viewOf(anEvent(), "values_and_revenue").monetary(), null);
  for (const level of ["none", "values_without_revenue"] as const) {
    const view = viewOf(purchase, level);
    for (const field of ["event_revenue", "event_revenue_usd", "event_revenue_currency", "orig_monetary"] as const) {
      assert.equal(view.text(field), "N/A", field);
    }
    assert.equal(view.text("af_sub1"), "s");
  }
});

test("an object or a placeholder is neither an amount nor a currency", () => {
  for (const value of [
    '{"af_revenue":{"sum":5}}',
    '{"af_revenue":[5]}',
    '{"af_revenue":"None"}',
    '{"af_revenue":"{x}"}',
  ]) {
    assert.equal(viewOf(anEvent({ value }), "values_and_revenue").monetary(), null, value);
  }
  assert.equal(viewOf(anEvent({ value: '{"af_currency":{"a":1}}' }), "values_and_revenue").currency(), null);
});

test("an event without a value has none to mask, except where nothing at all is shared", () => {
  assert.equal(viewOf(anEvent(), "values_and_revenue").valueText(), null);
  assert.equal(viewOf(anEvent(), "values_without_revenue").valueText(), null);
  assert.equal(viewOf(anEvent(), "values_without_revenue").valueMember("x"), null);
  assert.equal(viewOf(anEvent(), "none").valueText(), "N/A");
});

test("members of the value are found by name, dots go deeper, and are masked", () => {
  const event = anEvent({ value: '{"a":{"b":{"c":120.00},"revenue":1},"a.b":7,"t":"x\\n","n":null,"list":[1]}' });
  const view = viewOf(event, "values_without_revenue");
  assert.equal(view.valueMember("a.b.c"), "120.00");
  assert.equal(view.valueMember("a.b"), "7");
  assert.equal(view.valueMember("a.revenue"), "N/A");
  assert.equal(view.valueMember("t"), "x\n");
  assert.equal(view.valueMember("n"), null);
  assert.equal(view.valueMember("list"), "[1]");
  assert.equal(view.valueMember("a.x.c"), null);
  assert.equal(viewOf(event, "none").valueMember("t"), "N/A");
});

test("numbers go out as the source wrote them", () => {
  const source =
    '{"event_name":"purchase","event_revenue":120.00,"context":{"a.ltv":1.50},"extra_id":12345678901234567890,"att":3}';
  const parsed = parseEvent({ source, id: eventId("e"), receivedAt: noon, senderIp: null, defaultAppId: anApp().id });
  assert.ok(parsed.kind === "event");
  const view = viewOf(parsed.event, "values_and_revenue");
  assert.equal(view.text("event_revenue"), "120.00");
  assert.equal(view.text("event_revenue"), "120.00");
  assert.equal(view.monetary(), "120.00");
  assert.equal(view.context("A.LTV"), "1.50");
  assert.equal(view.extra("extra_id"), "12345678901234567890");
  assert.equal(view.text("att"), "3");
});

test("a number goes out as the source wrote it, by whichever name it came", () => {
  const parsed = parseEvent({
    source: '{"event_name":"purchase","event_revenue_USD":120.00}',
    id: eventId("019bbc5e-0000-7000-8000-0000000000ab"),
    receivedAt: noon,
    senderIp: null,
    defaultAppId: purchase.appId,
  });
  assert.ok(parsed.kind === "event");
  assert.equal(viewOf(parsed.event, "values_and_revenue").text("event_revenue_usd"), "120.00");
  assert.equal(viewOf(parsed.event, "values_without_revenue").text("event_revenue_usd"), "N/A");
});

test("a field is the event's own, else the install record's", () => {
  const event = anEvent({
    fields: { country_code: "US", install_time: noon - 5, wifi: true },
    enrichment: {
      version: 1,
      conversionAt: noon - 9,
      conversionKind: "re_engagement",
      fields: { media_source: "net", gp_click_time: noon - 7, att: 2, ip: "10.1.1.1" },
      lifecycle: {},
    },
  });
  const view = viewOf(event, "values_without_revenue");
  assert.equal(view.text("country_code"), "US");
  assert.equal(view.text("media_source"), "net");
  assert.equal(view.text("wifi"), "true");
  assert.equal(view.text("att"), "2");
  assert.equal(view.text("campaign"), null);
  assert.equal(view.text("gp_click_time"), new Date(noon - 7).toISOString());
  assert.equal(view.time("gp_click_time"), noon - 7);
  assert.equal(view.time("att"), null);
  assert.equal(view.installedAt, noon - 5);
  assert.equal(view.conversionAt, noon - 9);
  assert.equal(view.earnedBy, "re_engagement");
  assert.equal(view.text("ip"), "10.1.1.1");
});

test("the sender's address is the device's only where the event says that it comes from one", () => {
  assert.equal(viewOf(anEvent({ senderIp: "1.2.3.4", fields: { event_source: "SDK" } }), "none").text("ip"), "1.2.3.4");
  assert.equal(viewOf(anEvent({ senderIp: "1.2.3.4", fields: { event_source: "S2S" } }), "none").text("ip"), null);
  assert.equal(viewOf(anEvent({ senderIp: "1.2.3.4" }), "none").text("ip"), null);
  assert.equal(
    viewOf(anEvent({ senderIp: "1.2.3.4", fields: { ip: "5.6.7.8", event_source: "SDK" } }), "none").text("ip"),
    "5.6.7.8",
  );
});

test("context is found without regard to case, undeclared members by their name; both are masked", () => {
  const event = anEvent({
    context: { "a.OSVersion": "14", Revenue: 5, flag: false, held: '{"af_revenue":1}' },
    extra: {
      level: 5,
      currency: "USD",
      deep: { revenue: 1, x: 2 },
      gone: null,
      macro: "{x}",
      held: '{"revenue":1}',
      constructor: "c",
    },
  });
  const open = viewOf(event, "values_and_revenue");
  assert.equal(open.context("A.osversion"), "14");
  assert.equal(open.context("a.OSVersion"), "14");
  assert.equal(open.context("Revenue"), "5");
  assert.equal(open.context("flag"), "false");
  assert.equal(open.context("none"), null);
  assert.equal(open.context("toString"), null);
  assert.equal(open.extra("currency"), "USD");
  assert.equal(open.extra("deep"), '{"revenue":1,"x":2}');
  assert.equal(open.extra("gone"), null);
  assert.equal(open.extra("macro"), null);
  assert.equal(open.extra("toString"), null);
  assert.equal(open.extra("constructor"), "c");
  const masked = viewOf(event, "values_without_revenue");
  assert.equal(masked.context("revenue"), "N/A");
  assert.equal(masked.context("held"), '{"af_revenue":"N/A"}');
  assert.equal(masked.context("flag"), "false");
  assert.equal(masked.extra("currency"), "N/A");
  assert.equal(masked.extra("level"), "5");
  assert.equal(masked.extra("deep"), '{"revenue":"N/A","x":2}');
  assert.equal(masked.extra("held"), '{"revenue":"N/A"}');
  assert.equal(masked.extra("constructor"), "c");
  assert.equal(viewOf(anEvent(), "none").context("x"), null);
});

test("an undeclared member that its source does not show is told as JSON", () => {
  const event = anEvent({ extra: { deep: { a: 1 } }, context: { n: 5 }, source: "{}" });
  assert.equal(viewOf(event, "values_and_revenue").extra("deep"), '{"a":1}');
  assert.equal(viewOf(event, "values_and_revenue").context("n"), "5");
});

test("a view tells its event, its target and the integration's parameters", () => {
  const view = viewOf(purchase, "none");
  assert.equal(view.eventId, purchase.id);
  assert.match(view.postbackId, /^019bbc5e-0000-7000-8000-0000000000aa-[0-9a-f]{12}$/);
  assert.equal(view.appId, "com.example.game");
  assert.equal(view.appName, "Example Game");
  assert.equal(view.type, "in_app_event");
  assert.equal(view.eventTime, noon);
  assert.equal(view.receivedAt, noon);
  assert.equal(view.installedAt, null);
  assert.equal(view.isRejected, false);
  assert.equal(view.earnedBy, null);
  assert.equal(view.parameter("account"), "a-7");
  assert.equal(view.parameter("toString"), null);
});

test("an install is its own conversion, and a rejection is told by its reason", () => {
  const install = viewOf(anEvent({ type: "install" }), "none");
  assert.equal(install.installedAt, noon);
  assert.equal(install.conversionAt, noon);
  assert.equal(install.partnerEvent, "install");
  const engaged = viewOf(anEvent({ type: "re_engagement" }), "none");
  assert.equal(engaged.earnedBy, "re_engagement");
  assert.equal(engaged.installedAt, null);
  assert.equal(viewOf(anEvent({ fields: { blocked_reason: "bots" } }), "none").isRejected, true);
});

test("a message event shows what was sent, its parameters in the text that they came in, masked", () => {
  const event = anEvent({
    type: "message_event",
    message: { id: "5", event: "Open", channel: "Email", templateName: "", parameters: {} },
    source:
      '{"app_id":"com.example.game","event_type":"message_event","message":{"id":5,"event":"Open","channel":"Email","parameters":{"url":"https://p.example","revenue":120.00}}}',
  });
  const seen = { id: "5", event: "Open", channel: "Email", templateName: "" };
  assert.deepEqual(viewOf(event, "values_and_revenue").message(), {
    ...seen,
    parametersText: '{"url":"https://p.example","revenue":120.00}',
  });
  assert.equal(viewOf(event, "none").message()?.parametersText, '{"url":"https://p.example","revenue":"N/A"}');
  const without = anEvent({ type: "message_event", message: { ...seen, parameters: {} }, source: "{}" });
  assert.equal(viewOf(without, "none").message()?.parametersText, "{}");
  assert.equal(viewOf(anEvent(), "none").message(), null);
});

test("an A/B test, the keys of context data and the facts of a device's life are seen, revenue among them masked", () => {
  const event = anEvent({
    type: "ab_test_event",
    abTest: { id: "7", variantId: "8" },
    context: { "a.OSVersion": "Android 14", "User.Name": "bob" },
    enrichment: {
      version: 1,
      conversionAt: noon,
      conversionKind: "reinstall",
      fields: {},
      lifecycle: { "a.Launches": "3", "a.AppID": "Game 1.0" },
    },
  });
  const view = viewOf(event, "none", { revenueProperties: ["a.Launches"] });
  assert.deepEqual(view.abTest(), { id: "7", variantId: "8" });
  assert.deepEqual(view.contextKeys(), ["a.OSVersion", "User.Name"]);
  assert.equal(view.lifecycle("A.appid"), "Game 1.0");
  assert.equal(view.lifecycle("a.Launches"), "N/A");
  assert.equal(viewOf(event, "values_and_revenue").lifecycle("a.Launches"), "3");
  assert.equal(view.lifecycle("a.Resolution"), null);
  assert.equal(view.conversionKind, "reinstall");
  const plain = viewOf(anEvent({ type: "install" }), "none");
  assert.deepEqual([plain.abTest(), plain.contextKeys(), plain.lifecycle("a.AppID")], [null, [], null]);
  assert.equal(plain.conversionKind, "install");
  assert.equal(viewOf(anEvent(), "none").conversionKind, null);
});

/** Everything a template could read. */
function everythingSeen(view: EventView, names: readonly string[]): readonly (string | null)[] {
  return [
    view.valueText(),
    view.monetary(),
    view.currency(),
    ...Object.keys(eventFields)
      .filter(isEventField)
      .map((field) => view.text(field)),
    ...names.flatMap((name) => [view.valueMember(name), view.context(name), view.extra(name)]),
    view.message()?.parametersText ?? null,
  ];
}

const secret = "98765.4321";
const revenueName = fc.constantFrom(
  "af_revenue",
  "event_revenue_eur",
  "Revenue",
  "currency",
  "value",
  "profit",
  "af_price",
);
const plainName = fc.constantFrom("level", "a", "items", "custom_data");
const hidden = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.dictionary(revenueName, fc.constantFrom(secret, Number(secret), [secret], { x: secret }), {
      minKeys: 1,
      maxKeys: 2,
    }),
    fc.dictionary(plainName, tie("node"), { minKeys: 1, maxKeys: 2 }),
    fc.array(tie("node"), { minLength: 1, maxLength: 2 }),
    tie("node").map((node) => JSON.stringify(node)),
  ),
})).node;
const hiddenObject = fc.dictionary(plainName, hidden, { minKeys: 1, maxKeys: 3 });

test("no revenue gets out of a masked view, by any of its members", () => {
  const names = [
    "level",
    "a",
    "items",
    "af_revenue",
    "Revenue",
    "profit",
    "value",
    "a.af_revenue",
    "items.level.currency",
  ];
  const property = fc.property(
    hiddenObject,
    hiddenObject,
    fc.constantFrom<DataSharing>("none", "values_without_revenue"),
    (value, extra, sharing) => {
      const event = anEvent({
        value: { ...value, af_revenue: secret },
        extra: { ...extra, Revenue: secret },
        message: { id: "1", event: "Open", channel: "Email", templateName: "", parameters: value },
        context: { profit: secret, held: JSON.stringify(value) },
        fields: {
          event_revenue: Number(secret),
          event_revenue_usd: secret,
          event_revenue_currency: secret,
          orig_monetary: secret,
          custom_data: JSON.stringify(extra),
        },
      });
      const app = { revenueProperties: ["profit"] };
      const isSeen = (level: DataSharing): boolean =>
        everythingSeen(viewOf(event, level, app), names).some((text) => text?.includes(secret) === true);
      assert.ok(!isSeen(sharing));
      // The control: the same search finds it where it may be seen.
      assert.ok(isSeen("values_and_revenue"));
    },
  );
  fc.assert(property, { numRuns: 150 });
});
