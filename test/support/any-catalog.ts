import fc from "fast-check";
import {
  type Account,
  type App,
  type Catalog,
  dataSharingLevels,
  type EventMapping,
  type Grant,
  type Integration,
  mappingMethods,
  type Partner,
  type PostbackTemplate,
  type PostbackWindow,
  sendForValues,
  templateKinds,
} from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import {
  messageChannels,
  type PostbackRule,
  type RuleCondition,
  type RuleSchedule,
  type RuleWhen,
  ruleFrequencies,
  ruleOperators,
  weekdays,
} from "#src/core/catalog/postback-rule.ts";
import { dialects, type MissingValuePolicy, type RequestTemplate } from "#src/core/catalog/request-template.ts";
import { accountId, appId, mappingId, partnerId, ruleId, secretName } from "#src/core/ids.ts";
import { httpMethods } from "#src/core/postbacks/postback.ts";
import type { SuccessTest } from "#src/core/postbacks/receiver.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import type { RetryPolicy, StatusRange } from "#src/core/postbacks/retry-policy.ts";
import { type Signing, signingAlgorithms } from "#src/core/templates/signing.ts";

/** Catalogs of every form that the types allow, for round trips; their references need not lead anywhere. */
export const anyCatalog = (): fc.Arbitrary<Catalog> =>
  fc
    .record({
      revision: fc.nat(),
      active: fc.boolean(),
      accounts: fc.array(account, { maxLength: 2 }),
      partners: fc.array(partner, { maxLength: 2 }),
      apps: fc.array(app, { maxLength: 2 }),
    })
    // Some of the generated objects have no prototype; a catalog's have.
    .map((catalog) => structuredClone(catalog));

const idText = fc.string({ unit: fc.constantFrom(..."abcXYZ019._-~é"), minLength: 1, maxLength: 20 });
/** Texts that a YAML writer has to quote are among them. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 10 }),
  fc.constantFrom(
    "5",
    "05",
    "true",
    "null",
    "~",
    "off",
    "1.50",
    "# a",
    "- a",
    "a: b",
    "&a",
    "*a",
    "|",
    "\n",
    " a ",
    "2026-01-14",
    "<<",
  ),
);
const name = text.filter((value) => value !== "");
/** Text that names something. */
const filled = text.filter((value) => value.trim() !== "");
const texts = fc.array(filled, { maxLength: 3 });
const status: fc.Arbitrary<StatusRange> = fc
  .tuple(fc.integer({ min: 100, max: 599 }), fc.nat({ max: 99 }))
  .map(([from, more]) => [from, Math.min(599, from + more)]);
const statuses = fc.array(fc.oneof(status, fc.constant<StatusRange>([200, 299])), { maxLength: 3 });
const durationMs = fc.integer({ min: 1, max: 10_000_000 });

const account: fc.Arbitrary<Account> = fc.record({
  id: idText.map(accountId),
  name,
  kind: fc.constantFrom("advertiser", "agency", "partner"),
  afPrtNames: texts,
});

const retryPolicy: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.constantFrom(...Object.values<RetryPolicy>(retryPolicies)),
  fc.record({
    name,
    delaysMs: fc.array(durationMs, { maxLength: 4 }),
    timeoutMs: durationMs,
    retryOn: fc.record({ statuses, networkError: fc.boolean(), timeout: fc.boolean() }),
  }),
);

const success: fc.Arbitrary<SuccessTest> = fc.record({
  statuses,
  body: fc.oneof(
    fc.constant<SuccessTest["body"]>({ kind: "any" }),
    fc.record({
      kind: fc.constantFrom("contains", "not_contains", "equals", "not_equals"),
      text: name,
      ignoresCase: fc.boolean(),
    }),
    fc.record({
      kind: fc.constantFrom("json", "not_json"),
      pointer: fc.constantFrom("", "/a", "/a/0/b"),
      value: text,
      ignoresCase: fc.boolean(),
    }),
  ),
});

const onMissing: fc.Arbitrary<MissingValuePolicy> = fc.oneof(
  fc.constantFrom<MissingValuePolicy>({ kind: "empty" }, { kind: "drop_parameter" }, { kind: "skip" }),
  fc.record({ kind: fc.constant("literal"), text }),
);

const request: fc.Arbitrary<RequestTemplate> = fc.record({
  dialect: fc.constantFrom(...dialects),
  method: fc.constantFrom(...httpMethods),
  url: name,
  headers: fc.array(fc.record({ name: fc.oneof(name, fc.constantFrom("1", "__proto__", "x-a")), value: text }), {
    maxLength: 3,
  }),
  body: fc.option(text),
  contentType: fc.option(name),
  onMissing,
});

const template: fc.Arbitrary<PostbackTemplate> = fc.record({
  eventKind: fc.constantFrom(...templateKinds),
  platform: fc.constantFrom("ios", "android", "windows", null),
  privacy: fc.boolean(),
  request,
});

const word = fc.string({ unit: fc.constantFrom(..."abcXYZ019_-"), minLength: 1, maxLength: 20 });
const signing: fc.Arbitrary<Signing> = fc.oneof(
  fc.record({ kind: fc.constant("standard_webhooks" as const), secret: word.map(secretName) }),
  fc.record({
    kind: fc.constant("hmac" as const),
    secret: word.map(secretName),
    algorithm: fc.constantFrom(...signingAlgorithms),
    output: fc.constantFrom("hex", "base64"),
    place: fc.constantFrom("header", "query"),
    name: word,
    prefix: fc.constantFrom("", "sha256="),
  }),
);

const partner: fc.Arbitrary<Partner> = fc.record({
  id: idText.map(partnerId),
  accountId: fc.oneof(fc.constant(mainAccountId), idText.map(accountId)),
  name,
  active: fc.boolean(),
  kind: fc.constantFrom("ad_network", "analytics", "self_reporting", "custom"),
  mediaSources: fc.array(filled, { minLength: 1, maxLength: 2 }),
  templates: fc.array(template, { maxLength: 2 }),
  predefinedEvents: texts,
  parameters: fc.array(name, { maxLength: 2 }),
  success,
  retryPolicy,
  limits: fc.record({
    inFlightMax: fc.nat(),
    ratePerSecond: fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true })),
  }),
  expiresAfterMs: fc.option(durationMs),
  idHeaders: fc.option(fc.record({ postbackId: text, attempt: text })),
  signing: fc.option(signing),
});

const mapping: fc.Arbitrary<EventMapping> = fc.record({
  id: idText.map(mappingId),
  eventName: text,
  partnerEvent: filled,
  active: fc.boolean(),
  sendFor: fc.constantFrom(...sendForValues),
  dataSharing: fc.constantFrom(...dataSharingLevels),
  conditions: fc.array(fc.record({ property: text, value: text }), { maxLength: 2 }),
});

const integration: fc.Arbitrary<Integration> = fc.record({
  partnerId: idText.map(partnerId),
  configurator: fc.option(idText.map(accountId)),
  active: fc.boolean(),
  takesTests: fc.boolean(),
  parameters: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }).map((all) => {
    const { ["__proto__"]: _unwanted, ...parameters } = all;
    return parameters;
  }),
  installPostbacks: fc.constantFrom("off", ...sendForValues),
  inApp: fc.record({
    active: fc.boolean(),
    window: fc.oneof(
      fc.constant<PostbackWindow>({ kind: "lifetime" }),
      fc.record({ kind: fc.constant("days"), days: fc.nat() }),
    ),
    mappingMethod: fc.constantFrom(...mappingMethods),
    sendFor: fc.constantFrom(...sendForValues),
    dataSharing: fc.constantFrom(...dataSharingLevels),
    rejectedEvents: fc.boolean(),
  }),
  mappings: fc.array(mapping, { maxLength: 2 }),
  templates: fc.array(template, { maxLength: 1 }),
  currency: fc.constantFrom(null, "USD", "EUR"),
});

const grant: fc.Arbitrary<Grant> = fc.record({
  accountId: idText.map(accountId),
  configureInAppPostbacks: fc.boolean(),
  shareEvents: fc.constantFrom("all", "attributed_only"),
  shareRevenue: fc.boolean(),
  eventNames: fc.oneof(fc.constant("*" as const), texts),
  replay: fc.boolean(),
});

const condition: fc.Arbitrary<RuleCondition> = fc.record({
  key: text,
  matches: fc.constantFrom(...ruleOperators),
  values: fc.array(text, { maxLength: 2 }),
});

const schedule: fc.Arbitrary<RuleSchedule> = fc.record({
  startAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
  endAt: fc.option(fc.integer({ min: 0, max: 4e12 })),
  days: fc.uniqueArray(fc.constantFrom(...weekdays), { maxLength: 3 }),
  hours: fc.option(fc.record({ from: fc.nat(1440), to: fc.nat(1440) })),
  zone: fc.constantFrom("UTC", "Europe/Berlin"),
});

const when: fc.Arbitrary<RuleWhen> = fc.oneof(
  fc.record({
    style: fc.constant("custom"),
    triggers: fc.array(condition, { maxLength: 2 }),
    traits: fc.array(condition, { maxLength: 2 }),
    schedule: fc.option(schedule),
    frequency: fc.constantFrom(...ruleFrequencies),
  }),
  fc.record({
    style: fc.constant("message_events"),
    channels: fc.uniqueArray(fc.constantFrom(...messageChannels), { maxLength: 2 }),
  }),
  fc.record({ style: fc.constant("ab_test_events") }),
);

const limits = fc.record({
  inFlightMax: fc.nat(),
  ratePerSecond: fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true })),
});

const rule: fc.Arbitrary<PostbackRule> = fc.record({
  id: idText.map(ruleId),
  name,
  active: fc.boolean(),
  request,
  when,
  success,
  retryPolicy,
  limits,
  expiresAfterMs: fc.option(durationMs),
});

const app: fc.Arbitrary<App> = fc.record({
  rules: fc.array(rule, { maxLength: 2 }),
  messageRulesMax: fc.nat(),
  id: idText.map(appId),
  accountId: fc.oneof(fc.constant(mainAccountId), idText.map(accountId)),
  name,
  active: fc.boolean(),
  revenueProperties: texts,
  requiresConsent: fc.boolean(),
  testDevices: texts,
  customEvents: fc.array(fc.record({ name: filled, createdUnder: fc.option(idText.map(partnerId)) }), { maxLength: 2 }),
  integrations: fc.array(integration, { maxLength: 2 }),
  grants: fc.array(grant, { maxLength: 1 }),
});
