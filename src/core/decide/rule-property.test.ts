import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "#src/core/events/event.ts";
import { withIpCountry } from "#src/core/events/ip-country.ts";
import { anAppTerms } from "#test/support/a-compiled-app.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { EventFacts } from "./event-facts.ts";
import { readTraitProperty, readTriggerProperty } from "./rule-property.ts";

const trigger = (event: Event, key: string): string | null =>
  readTriggerProperty(new EventFacts(event, anAppTerms()), key);
const trait = (event: Event, key: string): string | null => readTraitProperty(new EventFacts(event, anAppTerms()), key);

const lived = {
  version: 1,
  conversionAt: noon,
  conversionKind: "install",
  fields: { media_source: "net", country_code: "DE" },
  lifecycle: { "a.Launches": "7", "a.AppID": "Game 1.0" },
} as const;

test("a key of context data is found without regard to case, its value in the text that it came in", () => {
  const event = anEvent({
    context: { "a.OSVersion": "Android 14", price: 120, isOn: true },
    source: '{"context":{"a.OSVersion":"Android 14","price":120.00,"isOn":true}}',
  });
  assert.equal(trigger(event, "a.osversion"), "Android 14");
  assert.equal(trigger(event, "PRICE"), "120.00");
  assert.equal(trigger(event, "isOn"), "true");
  assert.equal(trigger(event, "a.CrashEvent"), null);
  assert.equal(trigger(anEvent({ context: { n: 5 }, source: "{}" }), "n"), "5");
});

test("else the event's name and type, its fields, members of its value, and undeclared members", () => {
  const event = anEvent({
    fields: { country_code: "US", wifi: true },
    value: '{"level":5,"cart":{"total":120.00}}',
    extra: { plan: "gold", nothing: "None", list: [1, 2] },
    enrichment: lived,
  });
  assert.equal(trigger(event, "event_name"), "purchase");
  assert.equal(trigger(event, "event_type"), "in_app_event");
  assert.equal(trigger(event, "country_code"), "US");
  assert.equal(trigger(event, "wifi"), "true");
  assert.equal(trigger(event, "media_source"), "net");
  assert.equal(trigger(event, "campaign"), null);
  assert.equal(trigger(event, "event_value.level"), "5");
  assert.equal(trigger(event, "event_value.cart.total"), "120.00");
  assert.equal(trigger(event, "event_value.none"), null);
  assert.equal(trigger(anEvent(), "event_value.level"), null);
  assert.equal(trigger(event, "plan"), "gold");
  assert.equal(trigger(event, "nothing"), null);
  assert.equal(trigger(event, "list"), "[1,2]");
  assert.equal(trigger(event, "constructor"), null);
  assert.equal(trigger(anEvent({ extra: { plan: "gold" }, source: "{}" }), "plan"), null);
});

test("a field that the event leaves empty is read as it was completed", () => {
  const source = '{"country_code":"","media_source":"None"}';
  const event = anEvent({ source, enrichment: lived });
  assert.deepEqual([trigger(event, "country_code"), trigger(event, "media_source")], ["DE", "net"]);
  assert.equal(trigger(withIpCountry(anEvent({ source }), "FR"), "country_code"), "FR");
});

test("a trait is the event's context, else what the install record keeps, else a field", () => {
  const event = anEvent({ context: { "a.AppID": "Game 2.0" }, enrichment: lived });
  assert.equal(trait(event, "a.AppID"), "Game 2.0");
  assert.equal(trait(event, "a.launches"), "7");
  assert.equal(trait(event, "country_code"), "DE");
  assert.equal(trait(anEvent(), "a.Launches"), null);
  assert.equal(trigger(event, "a.Launches"), null);
});

test("an install tells of its own life", () => {
  assert.equal(trait(anEvent({ type: "install" }), "a.InstallDate"), "01/14/2026");
  assert.equal(
    trait(anEvent({ type: "install", fields: { install_time: noon - dayMs } }), "a.InstallDate"),
    "01/13/2026",
  );
  assert.equal(trait(anEvent({ type: "reinstall" }), "a.Launches"), "1");
});
