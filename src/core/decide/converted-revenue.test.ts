import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { DataSharing } from "#src/core/catalog/catalog.ts";
import { type DialectName, dialects, type MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { writtenIn } from "#src/core/dialects/built-dialects.ts";
import type { Event } from "#src/core/events/event.ts";
import { allSpellings } from "#src/core/macros/spellings.ts";
import { dayOfInstant, ratesTable } from "#src/core/money/exchange-rates.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { nothingShown } from "./verdict.ts";

const day = dayOfInstant(noon);
const rates = ratesTable([
  { day, currency: "USD", rate: "1.25" },
  { day, currency: "GBP", rate: "0.8" },
]);

type Terms = { readonly sharing?: DataSharing; readonly currency?: string | null; readonly hasRates?: boolean };

const form = "application/x-www-form-urlencoded";

type Asked = Terms & { readonly dialect?: DialectName; readonly onMissing?: MissingValuePolicy };

/** What a partner is sent by this body. */
const sent = (event: Event, body: string, asked: Asked = {}): string => {
  const rendered = appOf(event, body, asked).decide(event, nothingShown).matches[0]?.rendered;
  assert.ok(rendered?.kind === "request", JSON.stringify(rendered));
  return decodeURIComponent(rendered.request.body ?? "");
};

/** What the explanation says of macros without a value. */
const missingIn = (event: Event, body: string, asked: Asked = {}): string | undefined =>
  appOf(event, body, asked)
    .explain(event, nothingShown)[0]
    ?.steps.find(({ reason }) => reason === "macro_missing")?.actual;

const appOf = (event: Event, body: string, asked: Asked): CompiledApp => {
  const {
    sharing = "values_and_revenue",
    currency = null,
    hasRates = true,
    dialect = "carom",
    onMissing = { kind: "empty" } as const,
  } = asked;
  const template = aTemplate({ method: "POST", contentType: form, dialect, body, onMissing });
  const integration = {
    ...anIntegration({
      mappings: [aMapping({ eventName: event.name, dataSharing: sharing })],
      inApp: { dataSharing: sharing },
    }),
    currency,
  };
  const catalog = aCatalog({
    partners: [aPartner({ templates: [template] })],
    apps: [anApp({ integrations: [integration] })],
  });
  const compilation = compileCatalog(catalog, hasRates ? { hashes: testHashes, rates } : { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [app] = compilation.compiled.apps.values();
  assert.ok(app !== undefined);
  return app;
};

const paid = (amount: string, currency: string): Event =>
  anEvent({ value: `{"af_revenue":${JSON.stringify(amount)},"af_currency":"${currency}"}` });
const money =
  "{monetary} {currency} {event_revenue_usd} {orig_monetary} {revenue_in_selected_currency} {selected_currency}";

test("revenue in USD is what the event told, else by the rates of its day, else missing", () => {
  const usd = "{event_revenue_usd}";
  assert.equal(sent(paid("50.87", "EUR"), usd), "63.5875");
  assert.equal(sent(paid("8.00", "GBP"), usd), "12.50");
  assert.equal(sent(paid("120.00", "USD"), usd), "120.00");
  assert.equal(sent(anEvent({ fields: { event_revenue_usd: "1.5", event_revenue: "9" } }), usd), "1.5");
  assert.equal(sent(paid("50.87", "XTS"), usd), "");
  assert.equal(sent(paid("50.87", "EUR"), usd, { hasRates: false }), "");
  assert.equal(sent(anEvent(), usd), "");
  assert.equal(sent(anEvent({ value: '{"af_revenue":5}' }), usd), "", "an amount without a currency is none of USD");
});

test("an integration's currency is what its revenue goes out in, beside what was reported", () => {
  assert.equal(sent(paid("8.00", "GBP"), money, { currency: "EUR" }), "10.00 EUR 12.50 8.00 10.00 EUR");
  assert.equal(sent(paid("8.00", "GBP"), money), "8.00 GBP 12.50 8.00  ");
  assert.equal(sent(paid("8.00", "EUR"), money, { currency: "EUR" }), "8.00 EUR 10.00 8.00 8.00 EUR");
  assert.equal(sent(paid("8.00", "XTS"), money, { currency: "EUR" }), "   8.00  ", "no rate, no value");
  assert.equal(sent(anEvent(), money, { currency: "EUR" }), "     ");
});

test("without a currency of its own an integration passes on the one of AppsFlyer's raw data", () => {
  const extra = { selected_currency: "GBP", revenue_in_selected_currency: "40.10" };
  const body = "{revenue_in_selected_currency} {selected_currency}";
  assert.equal(sent(anEvent({ extra }), body), "40.10 GBP");
  assert.equal(sent(anEvent({ extra }), body, { sharing: "none" }), "N/A N/A");
});

const everyMacro = dialects.map((dialect) => ({
  dialect,
  body: allSpellings(dialect)
    .map((spelling, index) => `p${index}=${writtenIn[dialect](spelling)}`)
    .join("&"),
}));

test("revenue that may not be shared cannot come out by conversion, in whichever currency and dialect", () => {
  const currencies = ["EUR", "USD", "GBP"] as const;
  const purchases = fc.record({
    amount: fc.integer({ min: 10_000_000, max: 99_999_999 }).map((cents) => (cents / 100).toFixed(2)),
    own: fc.constantFrom(...currencies),
    currency: fc.constantFrom(...currencies, null),
    written: fc.constantFrom(...everyMacro),
    sharing: fc.constantFrom("none", "values_without_revenue"),
  });
  fc.assert(
    fc.property(purchases, ({ amount, own, currency, written: { dialect, body }, sharing }) => {
      const event = paid(amount, own);
      const said = currencies.map((other) => sent(event, "{revenue_in_selected_currency}", { currency: other }));
      const masked = sent(event, body, { sharing, currency, dialect });
      for (const trace of [amount, ...said]) assert.ok(trace !== "" && !masked.includes(trace), `${dialect}: ${trace}`);
      // A control: shared, it is told.
      if (dialect !== "appsflyer" && dialect !== "carom") return;
      const open = sent(event, body, { currency, dialect });
      assert.ok(open.includes(amount) && open.includes(said[1] ?? ""), dialect);
    }),
    { numRuns: 60 },
  );
});

test("the explanation tells of each macro without a value, and where it wants for a rate of which currencies", () => {
  const body = "{monetary} {currency} {event_revenue_usd} {event_name} {idfa}";
  const pounds = { currency: "GBP", hasRates: false };
  const wanting =
    "(monetary), (currency): no rate from EUR to GBP on 2026-01-14 or in the week before; (event_revenue_usd): no rate from EUR to USD on 2026-01-14 or in the week before; (idfa)";
  assert.equal(missingIn(paid("5", "EUR"), body, pounds), `goes out without a value: ${wanting}`);
  assert.equal(
    missingIn(paid("5", "EUR"), body, { ...pounds, onMissing: { kind: "skip" } }),
    `without a value: ${wanting}`,
  );
  assert.equal(missingIn(paid("5", "EUR"), body, { currency: "GBP" }), "goes out without a value: (idfa)");
  assert.equal(missingIn(paid("5", "EUR"), "{monetary} {event_name}"), "no macro is without a value");
  const noNumber = "goes out without a value: (monetary): the revenue is no decimal number";
  assert.equal(missingIn(paid("five", "EUR"), "{monetary}", { currency: "GBP" }), noNumber);
  const masked = missingIn(paid("5", "EUR"), body, { ...pounds, sharing: "none" });
  assert.equal(masked, "goes out without a value: (idfa)", "what may not be seen is not told by its currency either");
});
