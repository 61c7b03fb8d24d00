import type {
  Account,
  App,
  Catalog,
  Condition,
  EventMapping,
  Grant,
  Integration,
  Partner,
  PostbackTemplate,
} from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { PostbackRule, RuleCondition, RuleWhen } from "#src/core/catalog/postback-rule.ts";
import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import { accountId, appId, mappingId, partnerId, ruleId } from "#src/core/ids.ts";

/** Builders of a configuration: each is complete and takes what matters to the test. Ids are plain text here. */
export const aCatalog = (parts: Partial<Catalog> = {}): Catalog => ({
  revision: 1,
  active: true,
  accounts: [],
  partners: [aPartner()],
  apps: [anApp()],
  ...parts,
});

export const anAccount = (parts: Partial<Omit<Account, "id">> & { readonly id?: string } = {}): Account => ({
  name: "Agency",
  kind: "agency",
  afPrtNames: ["agencyprt"],
  ...parts,
  id: accountId(parts.id ?? "agency"),
});

export const anApp = (parts: Partial<Omit<App, "id">> & { readonly id?: string } = {}): App => ({
  accountId: mainAccountId,
  name: "Example Game",
  active: true,
  revenueProperties: [],
  requiresConsent: false,
  testDevices: [],
  customEvents: [],
  integrations: [anIntegration()],
  rules: [],
  messageRulesMax: 3,
  grants: [],
  ...parts,
  id: appId(parts.id ?? "com.example.game"),
});

/** `examplenetwork_int`: an install and an in-app template, retry policy `carom` in short. */
export const aPartner = (parts: Partial<Omit<Partner, "id">> & { readonly id?: string } = {}): Partner => ({
  accountId: mainAccountId,
  name: "Example Network",
  active: true,
  kind: "ad_network",
  mediaSources: [parts.id ?? "examplenetwork_int"],
  templates: [
    aTemplate({ eventKind: "install", url: "https://partner.example/install?pid=(media_source)&app=(app_id)" }),
    aTemplate(),
  ],
  predefinedEvents: [],
  parameters: [],
  success: { statuses: [[200, 299]], body: { kind: "any" } },
  retryPolicy: {
    name: "carom",
    delaysMs: [5_000, 30_000, 120_000],
    timeoutMs: 30_000,
    retryOn: {
      statuses: [
        [408, 408],
        [425, 425],
        [429, 429],
        [500, 599],
      ],
      networkError: true,
      timeout: true,
    },
  },
  limits: { inFlightMax: 64, ratePerSecond: null },
  expiresAfterMs: null,
  idHeaders: { postbackId: "carom-postback-id", attempt: "carom-attempt" },
  signing: null,
  ...parts,
  id: partnerId(parts.id ?? "examplenetwork_int"),
});

export type TemplateParts = Partial<Omit<PostbackTemplate, "request"> & RequestTemplate>;

export const aTemplate = ({
  eventKind = "in_app_event",
  platform = null,
  privacy = false,
  ...parts
}: TemplateParts = {}): PostbackTemplate => ({ eventKind, platform, privacy, request: aRequest(parts) });

/** A GET with a few macros, appsflyer. */
export const aRequest = (parts: Partial<RequestTemplate> = {}): RequestTemplate => ({
  dialect: "appsflyer",
  method: "GET",
  url: "https://partner.example/event?event=(event_name)&mapped=(mapped-iae)&value=(event_value)&revenue=(monetary)",
  headers: [],
  body: null,
  contentType: null,
  onMissing: { kind: "empty" },
  ...parts,
});

type IntegrationParts = Partial<Omit<Integration, "partnerId" | "configurator" | "inApp">> & {
  readonly partnerId?: string;
  readonly configurator?: string | null;
  readonly inApp?: Partial<Integration["inApp"]>;
};

/** The advertiser's, with `examplenetwork_int`; takes installs and `purchase` of all sources, lifetime window, full values. */
export const anIntegration = (parts: IntegrationParts = {}): Integration => ({
  active: true,
  takesTests: false,
  parameters: {},
  installPostbacks: "all_sources",
  mappings: [aMapping()],
  templates: [],
  currency: null,
  ...parts,
  partnerId: partnerId(parts.partnerId ?? "examplenetwork_int"),
  configurator: typeof parts.configurator === "string" ? accountId(parts.configurator) : null,
  inApp: {
    active: true,
    window: { kind: "lifetime" },
    mappingMethod: "free_text",
    sendFor: "all_sources",
    dataSharing: "values_and_revenue",
    rejectedEvents: false,
    ...parts.inApp,
  },
});

/** `purchase` → `p1`, all sources, values and revenue, no conditions. */
export const aMapping = (parts: Partial<Omit<EventMapping, "id">> & { readonly id?: string } = {}): EventMapping => ({
  eventName: "purchase",
  partnerEvent: "p1",
  active: true,
  sendFor: "all_sources",
  dataSharing: "values_and_revenue",
  conditions: [],
  ...parts,
  id: mappingId(parts.id ?? `m-${parts.eventName ?? "purchase"}`),
});

export const aCondition = (property: string, value: string): Condition => ({ property, value });

export const aGrant = (parts: Partial<Omit<Grant, "accountId">> & { readonly accountId?: string } = {}): Grant => ({
  configureInAppPostbacks: true,
  shareEvents: "all",
  shareRevenue: true,
  eventNames: "*",
  replay: false,
  ...parts,
  accountId: accountId(parts.accountId ?? "agency"),
});

/** `crashes`: active, custom, always; triggered by any event with `a.CrashEvent`. */
export const aRule = (parts: Partial<Omit<PostbackRule, "id">> & { readonly id?: string } = {}): PostbackRule => ({
  name: "Crashes",
  active: true,
  request: aRequest({
    method: parts.when === undefined || parts.when.style === "custom" ? "GET" : "POST",
    url: "https://hooks.example/crash?event=(event_name)",
  }),
  when: aCustomWhen(),
  success: { statuses: [[200, 299]], body: { kind: "any" } },
  retryPolicy: aPartner().retryPolicy,
  limits: { inFlightMax: 64, ratePerSecond: null },
  expiresAfterMs: null,
  ...parts,
  id: ruleId(parts.id ?? "crashes"),
});

type CustomWhen = RuleWhen & { readonly style: "custom" };
export const aCustomWhen = (parts: Partial<CustomWhen> = {}): CustomWhen => ({
  style: "custom",
  triggers: [aRuleCondition("a.CrashEvent", "ex")],
  traits: [],
  schedule: null,
  frequency: "always",
  ...parts,
});

export const aRuleCondition = (
  key: string,
  matches: RuleCondition["matches"],
  ...values: readonly string[]
): RuleCondition => ({ key, matches, values });
