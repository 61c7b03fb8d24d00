import type { AccountId, AppId, MappingId, PartnerId } from "#src/core/ids.ts";
import type { ReceiverLimits, SuccessTest } from "#src/core/postbacks/receiver.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import type { PostbackRule } from "./postback-rule.ts";
import type { RequestTemplate } from "./request-template.ts";

/** The whole configuration at one revision: checked, complete (every default filled in), and immutable. */
export type Catalog = {
  readonly revision: number;
  /** False switches everything off (skip, not hold). */
  readonly active: boolean;
  readonly accounts: readonly Account[];
  readonly partners: readonly Partner[];
  readonly apps: readonly App[];
};

export type Account = {
  readonly id: AccountId;
  readonly name: string;
  readonly kind: "advertiser" | "agency" | "partner";
  /** Names by which an agency stands in `af_prt`. */
  readonly afPrtNames: readonly string[];
};

export type App = {
  readonly id: AppId;
  /** The advertiser that owns it. */
  readonly accountId: AccountId;
  readonly name: string;
  readonly active: boolean;
  /** Revenue members of this app beyond the named list, see `revenue-names.ts`. */
  readonly revenueProperties: readonly string[];
  /** True: an event without consent data is `consent_denied`. */
  readonly requiresConsent: boolean;
  /** Device or user ids whose events count as test traffic. */
  readonly testDevices: readonly string[];
  /** Names that may be mapped though no event had them yet. */
  readonly customEvents: readonly CustomEvent[];
  readonly integrations: readonly Integration[];
  readonly rules: readonly PostbackRule[];
  /** Rules on message and A/B-test events that it may have. */
  readonly messageRulesMax: number;
  readonly grants: readonly Grant[];
};

export type CustomEvent = {
  readonly name: string;
  /** The partner that it was created for; it is listed for all. */
  readonly createdUnder: PartnerId | null;
};

export type Partner = {
  readonly id: PartnerId;
  /** The account that made it, and may change it. */
  readonly accountId: AccountId;
  readonly name: string;
  readonly active: boolean;
  readonly kind: "ad_network" | "analytics" | "self_reporting" | "custom";
  /** Media sources whose events are attributed to this partner; by default its id. */
  readonly mediaSources: readonly string[];
  readonly templates: readonly PostbackTemplate[];
  /** Events of the partner's own that *pick list* chooses from. */
  readonly predefinedEvents: readonly string[];
  /** Names of the parameters an integration must fill in. */
  readonly parameters: readonly string[];
  readonly success: SuccessTest;
  readonly retryPolicy: RetryPolicy;
  readonly limits: ReceiverLimits;
  readonly expiresAfterMs: number | null;
  readonly idHeaders: { readonly postbackId: string; readonly attempt: string } | null;
  /** Null where requests are not signed. */
  readonly signing: Signing | null;
};

export const templateKinds = [
  "install",
  "in_app_event",
  "rejected_install",
  "rejected_event",
  "skan_postback",
] as const;
/** What an event is to a template: conversions are `install`, everything else is mapped by name and is `in_app_event`, SKAN is its own. */
export type TemplateKind = (typeof templateKinds)[number];

/** A partner's request for one kind of event, and for whom. */
export type PostbackTemplate = {
  readonly eventKind: TemplateKind;
  /** Lower case; null serves every platform. */
  readonly platform: "ios" | "android" | "windows" | null;
  /** True: for users who limit tracking. */
  readonly privacy: boolean;
  readonly request: RequestTemplate;
};

export const sendForValues = ["partner_only", "all_sources"] as const;
export type SendFor = (typeof sendForValues)[number];
/** From least to most. */
export const dataSharingLevels = ["none", "values_without_revenue", "values_and_revenue"] as const;
export type DataSharing = (typeof dataSharingLevels)[number];
export const mappingMethods = ["free_text", "pick_list", "as_is_all", "as_is_selected"] as const;
export type MappingMethod = (typeof mappingMethods)[number];
export type PostbackWindow = { readonly kind: "days"; readonly days: number } | { readonly kind: "lifetime" };

/** One configurator's terms for one app with one partner. */
export type Integration = {
  readonly partnerId: PartnerId;
  /** Null: the advertiser that owns the app; else the agency's account. */
  readonly configurator: AccountId | null;
  readonly active: boolean;
  readonly takesTests: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly installPostbacks: "off" | SendFor;
  readonly inApp: {
    readonly active: boolean;
    readonly window: PostbackWindow;
    readonly mappingMethod: MappingMethod;
    /** For *as is*; a mapping has its own. */
    readonly sendFor: SendFor;
    readonly dataSharing: DataSharing;
    readonly rejectedEvents: boolean;
  };
  readonly mappings: readonly EventMapping[];
  /** Overrides of the partner's templates; the most specific one is used, an override before the partner's own. */
  readonly templates: readonly PostbackTemplate[];
  readonly currency: string | null;
};

export type EventMapping = {
  readonly id: MappingId;
  /** The app's name of the event; case-sensitive. */
  readonly eventName: string;
  readonly partnerEvent: string;
  readonly active: boolean;
  readonly sendFor: SendFor;
  readonly dataSharing: DataSharing;
  /** At most five; any one suffices; none = holds. */
  readonly conditions: readonly Condition[];
};

export type Condition = { readonly property: string; readonly value: string };

export type Grant = {
  /** The agency or partner account that is granted to. */
  readonly accountId: AccountId;
  readonly configureInAppPostbacks: boolean;
  readonly shareEvents: "all" | "attributed_only";
  readonly shareRevenue: boolean;
  readonly eventNames: "*" | readonly string[];
  readonly replay: boolean;
};
