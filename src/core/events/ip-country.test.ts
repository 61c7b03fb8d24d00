import assert from "node:assert/strict";
import { test } from "node:test";
import { anEvent } from "#test/support/an-event.ts";
import { addressToLocate, withIpCountry } from "./ip-country.ts";

test("a country is looked up by the event's own address, else by the sender's where the sender is the device", () => {
  const at = (parts: Parameters<typeof anEvent>[0]) => addressToLocate(anEvent(parts));
  assert.equal(at({ fields: { ip: "198.51.100.7" }, senderIp: "203.0.113.1" }), "198.51.100.7");
  assert.equal(at({ fields: { event_source: "SDK" }, senderIp: "203.0.113.1" }), "203.0.113.1");
  assert.equal(at({ fields: { event_source: "S2S" }, senderIp: "203.0.113.1" }), null, "a server's address");
  assert.equal(at({ senderIp: "203.0.113.1" }), null, "nobody says that the sender is the device");
  assert.equal(at({ fields: { event_source: "SDK" } }), null);
});

test("an event that tells its country is not looked up", () => {
  assert.equal(addressToLocate(anEvent({ fields: { country_code: "FR", ip: "198.51.100.7" } })), null);
});

test("the country of the address stands among the fields, and is marked as not told", () => {
  const event = anEvent({ fields: { ip: "198.51.100.7", city: "Bonn" } });
  const located = withIpCountry(event, "DE");
  assert.deepEqual(located.fields, { ip: "198.51.100.7", city: "Bonn", country_code: "DE" });
  assert.deepEqual([event.ipCountry, located.ipCountry], [null, "DE"]);
  assert.equal(located.source, event.source, "what came stays as it came");
});
