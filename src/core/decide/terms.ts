import type {
  Account,
  App,
  Catalog,
  DataSharing,
  EventMapping,
  Grant,
  Integration,
  Partner,
} from "#src/core/catalog/catalog.ts";
import type { EventField } from "#src/core/events/event-fields.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { Rates } from "#src/core/money/exchange-rates.ts";
import type { RevenueNames } from "#src/core/money/revenue-names.ts";
import type { Decision, DecisionTarget } from "#src/core/postbacks/decision.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { IntegrationPlan } from "./integration-plan.ts";
import type { Step } from "./step.ts";
import type { TemplateTable } from "./template-table.ts";
import type { TestDevices } from "./test-devices.ts";

/** What the integrations of one app share, looked up once for each revision that changes it. */
export type AppTerms = {
  readonly catalog: Pick<Catalog, "active">;
  readonly app: App;
  readonly isRevenue: RevenueNames;
  readonly revenueFields: ReadonlySet<EventField>;
  readonly testDevices: TestDevices;
  /** Agencies by the names under which they stand in `af_prt`. */
  readonly agencies: ReadonlyMap<string, Account>;
  readonly hashes: Hashes;
  /** Without any, money is in its own currency alone. */
  readonly rates: Rates;
  /** Of integrations as a whole, by target key; one map for the whole catalog. */
  readonly wholeIdentities: Map<string, TargetIdentity>;
  /** By event name; see `integration-plan.ts`. */
  readonly plans: Map<string, IntegrationPlan>;
  readonly planCount: { shapes: number; sources: number };
};

/** One configurator's terms with one partner, with everything they refer to at hand. */
export type IntegrationTerms = {
  readonly app: AppTerms;
  readonly integration: Integration;
  readonly partner: Partner;
  readonly receiver: Receiver;
  /** What the advertiser lets the configuring agency do; null for the advertiser's own, and for an agency without any. */
  readonly grant: Grant | null;
  /** Agencies that have an active integration of their own with this partner. Empty on an agency's. */
  readonly agenciesBeside: ReadonlySet<AccountId>;
  readonly templates: TemplateTable;
  /** The integration as a whole, made when first decided about. */
  whole: Target | null;
  /** One for each mapping, made when an event first has its name. */
  readonly targets: (Target | undefined)[];
};

/** What a template is rendered by: the terms of an integration's target, or of a rule. */
export type RenderTerms = {
  readonly identity: TargetIdentity;
  readonly sharing: DataSharing;
  readonly parameters: Readonly<Record<string, string>>;
  /** The name that the event goes out by; null is its own. */
  readonly partnerEvent: string | null;
  /** What revenue is converted to; null leaves it in its own currency. */
  readonly currency: string | null;
};

/**
 * What a decision about an integration is about: one mapping, or the integration as a whole. Its sharing is the lesser of the
 * mapping's setting and the grant's ceiling. What most events ask stands here itself: with ten thousand apps each
 * object on the way is memory that has not been looked at for long.
 */
export type Target = RenderTerms & {
  readonly terms: IntegrationTerms;
  /** Null: the integration as a whole. */
  readonly mapping: EventMapping | null;
  /** Null is a lifetime window. */
  readonly windowDays: number | null;
  readonly templates: TemplateTable;
  readonly receiver: Receiver;
  /** Of the steps behind the event's source those that could skip an event; found when first asked for. */
  laterSteps: readonly Step<Target>[] | null;
};

/** What a target is, in whichever app: the targets of ten thousand apps with one partner share theirs. */
export type TargetIdentity = {
  readonly target: DecisionTarget;
  readonly targetKey: string;
  /** Goes into postback ids; made when first asked for. */
  tag: string | null;
  /** Made when first asked for, as are the skips: at most one for each reason. */
  match: Decision | null;
  readonly skips: Decision[];
};
