import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DataSharing } from "#src/core/catalog/catalog.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { eventFields, isEventField } from "#src/core/events/event-fields.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { appId, eventId } from "#src/core/ids.ts";
import { macros } from "#src/core/macros/registry.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { noon } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";

/** A form with every spelling of every macro that the appsflyer dialect writes. */
const body = macros
  .flatMap(({ name, spellings }) => [name, ...(spellings.appsflyer ?? [])])
  .flatMap((spelling, index) => [`a${index}=(${spelling})`, `b${index}=$$sdk(${spelling})`])
  .join("&");

const appSharing = (dataSharing: DataSharing): CompiledApp => {
  const template = { body, method: "POST", contentType: "application/x-www-form-urlencoded" } as const;
  const catalog = aCatalog({
    partners: [aPartner({ templates: [aTemplate(template), aTemplate({ ...template, eventKind: "install" })] })],
    apps: [
      anApp({
        integrations: [
          anIntegration({ inApp: { dataSharing, rejectedEvents: true }, mappings: [aMapping({ dataSharing })] }),
        ],
      }),
    ],
  });
  const compilation = compileCatalog(catalog, { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation).slice(0, 500));
  const [app] = compilation.compiled.apps.values();
  assert.ok(app !== undefined);
  return app;
};
const apps = {
  none: appSharing("none"),
  values_without_revenue: appSharing("values_without_revenue"),
  values_and_revenue: appSharing("values_and_revenue"),
};

const planted = "98765.4321";
const plantedDigits = /98765|4321/;

const revenueName = fc.constantFrom(
  "af_revenue",
  "event_revenue_eur",
  "revenue",
  "Revenue",
  "price",
  "total",
  "value",
  "monetary",
  "eventCurrency",
);

/** Ways in which clients put an amount into a text. */
const disguise = fc.tuple(revenueName, fc.integer({ min: 0, max: 8 })).map(([name, way]) => {
  const json = JSON.stringify({ level: 5, deep: [{ [name]: planted }] });
  const texts = [
    json,
    `\ufeff${json}`,
    `data:${json}`,
    `${name}=${planted}&x=1`,
    `cats://shop/1?x=1&${name}=${planted}#top`,
    `https://x.example/?d=${encodeURIComponent(json)}&y=2`,
    `https://x.example/?u=${encodeURIComponent(`https://y.example/?${name}=${planted}&z=3`)}`,
    JSON.stringify({ inner: JSON.stringify({ text: `${name}: ${planted}` }) }),
    `note "${name}" => '${planted}'; end`,
  ];
  return texts[way] ?? json;
});

const textFields = Object.keys(eventFields)
  .filter(isEventField)
  .filter((field) => eventFields[field].kind === "text" && eventFields[field].group !== "money");

const leakyEvent: fc.Arbitrary<Event> = fc
  .record({
    type: fc.constantFrom("in_app_event", "install"),
    held: fc.uniqueArray(fc.constantFrom(...textFields), { minLength: 1, maxLength: 4 }),
    texts: fc.array(disguise, { minLength: 4, maxLength: 4 }),
    member: disguise,
  })
  .map(({ type, held, texts, member }) => {
    const source = JSON.stringify({
      event_name: "purchase",
      event_type: type,
      ...Object.fromEntries(held.map((field, index) => [field, texts[index]])),
      event_value: { af_revenue: planted, member, list: [member] },
      event_revenue: Number(planted),
      event_revenue_currency: planted,
      event_revenue_USD: planted,
      orig_monetary: planted,
      price: planted,
      own: member,
      context: { member, revenue: planted },
    });
    const id = eventId("019bbc5e-0000-7000-8000-0000000000ac");
    const parsed = parseEvent({
      source,
      id,
      receivedAt: noon,
      senderIp: null,
      defaultAppId: appId("com.example.game"),
    });
    assert.ok(parsed.kind === "event", JSON.stringify(parsed));
    return parsed.event;
  });

const sentBy = (app: CompiledApp, event: Event): string =>
  app
    .decide(event, nothingShown)
    .matches.map(({ rendered }) => decodeURIComponent(rendered.kind === "request" ? (rendered.request.body ?? "") : ""))
    .join("\n");

test("no digit of a revenue gets out by any macro in any spelling, however it is hidden in the event", () => {
  fc.assert(
    fc.property(leakyEvent, (event) => {
      for (const sharing of ["none", "values_without_revenue"] as const) {
        const sent = sentBy(apps[sharing], event);
        assert.notEqual(sent, "");
        assert.doesNotMatch(sent, plantedDigits);
      }
      // The control: the same search finds it where it may be seen.
      assert.match(sentBy(apps.values_and_revenue, event), plantedDigits);
    }),
    { numRuns: 150 },
  );
});
