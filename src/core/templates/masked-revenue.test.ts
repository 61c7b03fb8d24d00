import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DataSharing } from "#src/core/catalog/catalog.ts";
import { type DialectName, dialects, type RequestTemplate } from "#src/core/catalog/request-template.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import { writtenIn } from "#src/core/dialects/built-dialects.ts";
import type { Event } from "#src/core/events/event.ts";
import { allSpellings } from "#src/core/macros/spellings.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import { transforms } from "#src/core/transforms/transforms.ts";
import { aCatalog, aMapping, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";

/** The revenue, and its currency, wherever an event can say them. */
const revenue = "7654.321";
const currency = "XTS";
const value = `{"af_revenue":${revenue},"af_currency":"${currency}","price":"${revenue}","level":5,"held":"{\\"revenue\\":${revenue}}"}`;

const purchase = (type: Event["type"]): Event =>
  anEvent({
    type,
    name: "purchase",
    fields: {
      event_revenue: Number(revenue),
      event_revenue_usd: Number(revenue),
      orig_monetary: Number(revenue),
      event_revenue_currency: currency,
      custom_data: `{"revenue":${revenue},"plan":"gold"}`,
    },
    value,
    context: { "a.ltv.amount": Number(revenue), revenue, currency, "user.name": "bob" },
    extra: { revenue, selected_currency: currency, basket: { total: revenue }, price: Number(revenue) },
    message: {
      id: "1",
      event: "Click",
      channel: "Email",
      templateName: "",
      parameters: { revenue, currency, url: "https://e.example/" },
    },
    abTest: { id: "1", variantId: "2" },
  });

/** What the partner gets of a purchase by this template at this level. */
const sent = (sharing: DataSharing, request: Partial<RequestTemplate>, type: Event["type"] = "in_app_event") => {
  const templates = [aTemplate(request)];
  const integration = anIntegration({
    mappings: [aMapping({ eventName: "purchase", dataSharing: sharing })],
    inApp: { dataSharing: sharing },
  });
  const catalog = aCatalog({
    partners: [aPartner({ templates })],
    apps: [anApp({ integrations: [integration] })],
  });
  const compilation = compileCatalog(catalog, { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const [app] = compilation.compiled.apps.values();
  const rendered = app?.decide(purchase(type), nothingShown).matches[0]?.rendered;
  assert.ok(rendered?.kind === "request", JSON.stringify(rendered));
  return rendered.request;
};

const bodyOf = ({ body }: RenderedRequest): string => decodeURIComponent(body ?? "");
const form = { method: "POST", contentType: "application/x-www-form-urlencoded" } as const;

/** Revenue in any form that a macro or a transform could give it. */
const traces = [
  ...[revenue, currency],
  ...[testHashes.md5(revenue), testHashes.sha1(revenue), testHashes.sha256(revenue)],
  ...[Buffer.from(revenue).toString("base64"), Buffer.from(revenue).toString("hex")],
];
/** Rounded: by itself, since four digits stand in many a hash and id. */
const rounded = /(?<![\w-])765[45](?![\w-])/;

const holdsNone = (text: string, what: string): void => {
  assert.doesNotMatch(text, rounded, what);
  for (const trace of traces) assert.ok(!text.toLowerCase().includes(trace.toLowerCase()), `${what}: ${trace}`);
};

const everyMacro = (dialect: DialectName): string =>
  allSpellings(dialect)
    .map((spelling, index) => `p${index}=${writtenIn[dialect](spelling)}`)
    .join("&");

test("no macro and no spelling of any dialect tells revenue that may not be shared", () => {
  for (const dialect of dialects) {
    const body = everyMacro(dialect);
    for (const type of ["in_app_event", "message_event", "ab_test_event", "hit"] as const) {
      for (const sharing of ["none", "values_without_revenue"] as const) {
        holdsNone(bodyOf(sent(sharing, { ...form, dialect, body }, type)), `${dialect} ${type} ${sharing}`);
      }
    }
    // A control: the same templates do tell what may be shared.
    const open = bodyOf(sent("values_and_revenue", { ...form, dialect, body }, "message_event"));
    assert.ok(open.includes(revenue), dialect);
  }
});

const revenueMacros = [
  ...["monetary", "currency", "event_revenue_usd", "orig_monetary", "event_revenue", "lifetime_value"],
  ...[
    "event_value.af_revenue",
    "event_value.af_currency",
    "event_value.price",
    "context.revenue",
    "context.a.ltv.amount",
  ],
  ...["extra.revenue", "extra.selected_currency", "extra.price"],
];
const chain = fc.array(
  fc.constantFrom(
    ...transforms.map(({ example }) => example.written).filter((each) => !/^(?:raw|hmac)/.test(each)),
    ...["map:N/A=0:*=1", "truncate:1", "base64:url"],
  ),
  { minLength: 1, maxLength: 6 },
);

test("no chain of transforms tells revenue, or puts anything else in the place of N/A", () => {
  fc.assert(
    fc.property(
      chain,
      fc.constantFrom("", "|raw", "|hmac:key"),
      fc.constantFrom("none" as const, "values_without_revenue" as const),
      (all, last, sharing) => {
        const body = revenueMacros.map((name) => `p={${name}|${all.join("|")}${last}}`).join("&");
        const request = sent(sharing, { ...form, dialect: "carom", body });
        assert.equal(bodyOf(request), revenueMacros.map(() => "p=N/A").join("&"));
      },
    ),
    { numRuns: 60 },
  );
});

test("what holds revenue among other things tells the rest, through every transform", () => {
  fc.assert(
    fc.property(chain, (all) => {
      const names = [
        "event_value",
        "custom_data",
        "message_parameters",
        "all_json",
        "extra.basket",
        "event_value.held",
      ];
      const body = names.map((name) => `p={${name}|${all.join("|")}}`).join("&");
      holdsNone(bodyOf(sent("values_without_revenue", { ...form, dialect: "carom", body }, "message_event")), body);
    }),
    { numRuns: 60 },
  );
});
