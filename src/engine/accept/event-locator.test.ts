import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "#src/core/events/event.ts";
import type { Countries } from "#src/ports/countries.ts";
import { aCatalog, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent, hourMs, noon } from "#test/support/an-event.ts";

const url = "https://partner.example/?c=(country_code)";
const catalog = aCatalog({ partners: [aPartner({ templates: [aTemplate({ url })] })] });

/** Knows one address, and what it was asked; `moveTo` is a newer file. */
const someCountries = () => {
  const asked: string[] = [];
  let country = "DE";
  const countries: Countries = {
    countryOf: (address) => {
      asked.push(address);
      return address === "198.51.100.7" ? country : null;
    },
    about: "two countries",
  };
  const moveTo = (to: string): void => {
    country = to;
  };
  return { countries, asked, moveTo };
};

const sentFor = async (under: EngineUnderTest, event: Event): Promise<string | undefined> => {
  await accept(under, [event]);
  return (await postbacks(under, { eventId: event.id }))[0]?.request.url;
};

test("an event that tells no country goes out with that of its address; what it tells itself stays", async () => {
  const { countries, asked } = someCountries();
  const under = await anEngine({ catalog, countries });
  const sent = (parts: Parameters<typeof anEvent>[0]) => sentFor(under, anEvent(parts));
  assert.match((await sent({ fields: { ip: "198.51.100.7" } })) ?? "", /c=DE$/);
  assert.match((await sent({ fields: { event_source: "SDK" }, senderIp: "198.51.100.7" })) ?? "", /c=DE$/);
  assert.match((await sent({ fields: { ip: "203.0.113.7" } })) ?? "", /c=$/, "an address that is not known");
  assert.equal(asked.length, 3);
  assert.match((await sent({ fields: { country_code: "FR", ip: "198.51.100.7" } })) ?? "", /c=FR$/);
  assert.match((await sent({ senderIp: "198.51.100.7" })) ?? "", /c=$/, "a server's address is no device's");
  assert.equal(asked.length, 3, "nothing was looked up where there was nothing to ask");
});

test("without a file events have the country that they tell", async () => {
  const under = await anEngine({ catalog });
  assert.match((await sentFor(under, anEvent({ fields: { ip: "198.51.100.7" } }))) ?? "", /c=$/);
});

test("the country is frozen with the event: explained and sent again later it is that of its arrival", async () => {
  const { countries, asked, moveTo } = someCountries();
  const under = await anEngine({ catalog, countries });
  const event = anEvent({ fields: { ip: "198.51.100.7" } });
  await sentFor(under, event);
  moveTo("US");
  const [first] = await postbacks(under, { eventId: event.id });
  assert.ok(first !== undefined);
  const again = await under.engine.redeliver(first.postback.id, "current");
  assert.equal(again.kind === "made" && again.after.url, "https://partner.example/?c=DE");
  const stored = await under.storage.log.readEvent(event.id);
  assert.deepEqual([stored?.event.ipCountry, stored?.event.fields.country_code], ["DE", "DE"]);
  assert.equal(stored?.event.source, event.source, "what came stays as it came");
  const then = await under.engine.explainThen(event.id);
  assert.deepEqual(then?.differs, []);
  assert.equal(asked.length, 1);
});

test("an install hands the country of its address on to events without one", async () => {
  const under = await anEngine({ catalog, countries: someCountries().countries });
  const install = { install_id: "device-1", install_time: noon - hourMs };
  await accept(under, [anEvent({ type: "install", fields: { ...install, ip: "198.51.100.7" } })]);
  assert.match((await sentFor(under, anEvent({ fields: { install_id: "device-1" } }))) ?? "", /c=DE$/);
});

test("an event that waited for its install keeps the country of its arrival", async () => {
  const app = anApp({ integrations: [anIntegration({ inApp: { window: { kind: "days", days: 7 } } })] });
  const { countries, moveTo } = someCountries();
  const under = await anEngine({ catalog: { ...catalog, apps: [app] }, countries });
  const event = anEvent({ fields: { install_id: "device-1", ip: "198.51.100.7" } });
  assert.equal(await sentFor(under, event), undefined);
  moveTo("US");
  const install = { install_id: "device-1", install_time: noon - hourMs, ip: "198.51.100.7" };
  await accept(under, [anEvent({ type: "install", fields: install })]);
  assert.equal((await postbacks(under, { eventId: event.id }))[0]?.request.url, "https://partner.example/?c=DE");
});
