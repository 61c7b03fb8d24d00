import type { DataSharing, EventMapping, Grant, Integration, Partner } from "#src/core/catalog/catalog.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { LikeAppTerms, TargetIdentity } from "./app-terms.ts";
import type { Step } from "./step.ts";
import type { TemplateTable } from "./template-table.ts";

/** One configurator's terms with one partner, with everything they refer to at hand: all but the receiver, which no two apps share. */
export type IntegrationTerms = {
  readonly app: LikeAppTerms;
  /** Among the integrations of the app; its receiver stands there too. */
  readonly place: number;
  readonly integration: Integration;
  readonly partner: Partner;
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
  readonly place: number;
  /** Of the steps behind the event's source those that could skip an event; found when first asked for. */
  laterSteps: readonly Step<Target>[] | null;
};
