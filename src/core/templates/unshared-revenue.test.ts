import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dataSharingLevels } from "#src/core/catalog/catalog.ts";
import {
  type DialectName,
  dialects,
  type MissingValuePolicy,
  type RequestTemplate,
} from "#src/core/catalog/request-template.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import { writtenIn } from "#src/core/dialects/built-dialects.ts";
import { type Event, type EventType, eventTypes } from "#src/core/events/event.ts";
import { eventId, secretName } from "#src/core/ids.ts";
import { allSpellings } from "#src/core/macros/spellings.ts";
import { dayOfInstant, ratesTable } from "#src/core/money/exchange-rates.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import { transforms } from "#src/core/transforms/transforms.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";

/*
 * Two purchases that are alike but for what was paid. Whoever may not know it must not be able to tell them apart, by
 * whatever is sent, signed, skipped, explained or shown of them: then no form of it can be in there.
 */

const day = dayOfInstant(noon);
const means = { hashes: testHashes, rates: ratesTable([{ day, currency: "USD", rate: "1.25" }]) };

type Paid = { readonly amount: number; readonly currency: string };

const purchase = (type: EventType, { amount, currency }: Paid): Event => {
  const json = JSON.stringify({ revenue: amount, currency, level: 5 });
  return anEvent({
    id: eventId("019bbc5e-0000-7000-8000-0000000000ac"),
    type,
    name: "purchase",
    fields: {
      af_prt: "prt",
      event_revenue: amount,
      event_revenue_usd: amount,
      orig_monetary: amount,
      event_revenue_currency: currency,
      custom_data: json,
      deeplink_url: `shop://buy?price=${amount}&currency=${currency}#top`,
    },
    value: `{"af_revenue":${amount},"af_currency":"${currency}","price":"${amount}","own_margin":${amount},"level":5,"held":${JSON.stringify(json)}}`,
    context: { "a.ltv.amount": amount, revenue: amount, currency, "user.name": "bob", own_margin: amount },
    extra: { revenue: amount, selected_currency: currency, basket: { total: amount, items: 2 }, own_margin: amount },
    message: {
      id: "1",
      event: "Click",
      channel: "Email",
      templateName: "",
      parameters: { revenue: amount, currency, url: `https://e.example/?value=${amount}` },
    },
    abTest: { id: "1", variantId: "2" },
  });
};

const secret = secretName("key");
const anySigning: fc.Arbitrary<Signing | null> = fc.constantFrom<(Signing | null)[]>(
  null,
  { kind: "standard_webhooks", secret },
  ...(["header", "query"] as const).map((place) => {
    return { kind: "hmac", secret, algorithm: "sha256", output: "hex", place, name: "sig", prefix: "v=" } as const;
  }),
);
const anyMissing: fc.Arbitrary<MissingValuePolicy> = fc.constantFrom(
  { kind: "empty" },
  { kind: "drop_parameter" },
  { kind: "literal", text: "none" },
  { kind: "skip" },
);
const chain = fc.array(
  fc.constantFrom(
    ...transforms.map(({ example }) => example.written).filter((each) => !/^(?:raw|hmac)/.test(each)),
    ...["map:N/A=0:*=1", "truncate:1", "base64:url", "hmac:key"],
  ),
  { maxLength: 4 },
);
const piped: fc.Arbitrary<readonly string[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...allSpellings("carom"), "event_value.af_revenue", "event_value.level", "extra.basket"),
      chain,
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) => all.map(([name, calls]) => `{${[name, ...calls].join("|")}}`));

/** Some macros with chains of transforms, or every macro that there is, in some dialect. */
const anyParameters: fc.Arbitrary<{ readonly dialect: DialectName; readonly values: readonly string[] }> = fc.oneof(
  piped.map((values) => ({ dialect: "carom" as const, values })),
  fc.constantFrom(...dialects).map((dialect) => ({ dialect, values: allSpellings(dialect).map(writtenIn[dialect]) })),
);

const anyRequest: fc.Arbitrary<Partial<RequestTemplate>> = fc
  .tuple(anyParameters, anyMissing, fc.constantFrom("form", "json"))
  .map(([{ dialect, values }, onMissing, form]) => ({
    dialect,
    onMissing,
    method: "POST",
    url: `https://partner.example/e?first=${values[0]}`,
    headers: [{ name: "x-last", value: values.at(-1) ?? "" }],
    ...(form === "form"
      ? {
          contentType: "application/x-www-form-urlencoded",
          body: values.map((value, index) => `p${index}=${value}`).join("&"),
        }
      : {
          contentType: "application/json",
          body: `{${values.map((value, index) => `"p${index}":"${value}"`).join(",")}}`,
        }),
  }));

type Configured = {
  readonly request: Partial<RequestTemplate>;
  readonly signing: Signing | null;
  readonly level: (typeof dataSharingLevels)[number];
  readonly currency: string | null;
};
const anyConfigured: fc.Arbitrary<Configured> = fc.record({
  request: anyRequest,
  signing: anySigning,
  level: fc.constantFrom(...dataSharingLevels),
  currency: fc.constantFrom(null, "USD"),
});

/** By the agency's own override, or by the partner's template; by the advertiser, where `sharesRevenue` is null. */
const compiled = (
  { request, signing, level, currency }: Configured,
  by: { readonly sharesRevenue: boolean | null; readonly overrides: boolean; readonly asks?: string },
): CompiledApp | null => {
  const isAgency = by.sharesRevenue !== null;
  const templates = [aTemplate(request), aTemplate({ ...request, eventKind: "install" })];
  const conditions = by.asks === undefined ? [] : [{ property: by.asks, value: "7654.321" }];
  const integration = anIntegration({
    configurator: isAgency ? "agency" : null,
    templates: by.overrides ? templates : [],
    inApp: { dataSharing: level },
    mappings: [aMapping({ eventName: "purchase", dataSharing: level, conditions })],
    currency,
  });
  const catalog = aCatalog({
    accounts: isAgency ? [anAccount({ afPrtNames: ["prt"] })] : [],
    partners: [aPartner({ signing, ...(by.overrides ? {} : { templates }) })],
    apps: [
      anApp({
        revenueProperties: ["own_margin"],
        integrations: [integration],
        grants: isAgency ? [aGrant({ shareRevenue: by.sharesRevenue === true })] : [],
      }),
    ],
  });
  const compilation = compileCatalog(catalog, means);
  // A chain may ask for what its place does not allow: such a template is not saved, and sends nothing.
  if (compilation.kind === "refused") return null;
  return [...compilation.compiled.apps.values()][0] ?? null;
};

/** All that anybody can see of it. */
const seenOf = (app: CompiledApp, event: Event) => ({
  decided: app.decide(event, nothingShown),
  explained: app.explain(event, nothingShown),
  previewed: app.preview(event),
});

const one: Paid = { amount: 7654.321, currency: "XTS" };
const anyOther: fc.Arbitrary<Paid> = fc.record({
  amount: fc.oneof(fc.constantFrom(1, 0.01, 20_000_000, -3), fc.integer({ min: 1, max: 1_000_000 })),
  currency: fc.constantFrom("XTS", "USD", "EUR"),
});
const anyType = fc.constantFrom(...eventTypes);

/** A template that is not saved sends nothing: another one is drawn in its place. */
const saved = (app: CompiledApp | null): CompiledApp => {
  fc.pre(app !== null);
  return app;
};

test("no template of a partner, signed or not, tells two purchases apart by what was paid where it is not shared", () => {
  fc.assert(
    fc.property(anyConfigured, anyOther, anyType, (configured, other, type) => {
      const level = configured.level === "values_and_revenue" ? "values_without_revenue" : configured.level;
      const app = saved(compiled({ ...configured, level }, { sharesRevenue: null, overrides: false }));
      assert.deepEqual(seenOf(app, purchase(type, one)), seenOf(app, purchase(type, other)));
    }),
    { numRuns: 200 },
  );
});

test("no override, mapping or condition of an agency tells two purchases apart that its grant keeps the revenue of", () => {
  const anyAsked = fc.constantFrom(undefined, "af_revenue", "price", "own_margin", "held", "level");
  fc.assert(
    fc.property(
      anyConfigured,
      anyOther,
      fc.record({ type: anyType, asks: anyAsked, overrides: fc.boolean() }),
      (configured, other, { type, asks, overrides }) => {
        const by = { sharesRevenue: false, overrides, ...(asks === undefined ? {} : { asks }) };
        const app = saved(compiled(configured, by));
        assert.deepEqual(seenOf(app, purchase(type, one)), seenOf(app, purchase(type, other)));
      },
    ),
    { numRuns: 200 },
  );
});

test("a control: where revenue is shared the same purchases are told apart, by what is sent and by a condition", () => {
  const request = { url: "https://partner.example/?v={monetary}", dialect: "carom" } as const;
  const configured = { request, signing: null, level: "values_and_revenue", currency: null } as const;
  const other = { amount: 1, currency: "XTS" };
  for (const by of [
    { sharesRevenue: null, overrides: false },
    { sharesRevenue: true, overrides: true },
    { sharesRevenue: true, overrides: true, asks: "af_revenue" },
  ]) {
    const app = compiled(configured, by) ?? assert.fail();
    const [mine, theirs] = [one, other].map((paid) => seenOf(app, purchase("in_app_event", paid)));
    assert.notDeepEqual(mine?.decided, theirs?.decided, JSON.stringify(by));
  }
});
