import type { Account, App, Catalog } from "#src/core/catalog/catalog.ts";
import type { EventField } from "#src/core/events/event-fields.ts";
import type { Rates } from "#src/core/money/exchange-rates.ts";
import type { RevenueNames } from "#src/core/money/revenue-names.ts";
import type { Decision, DecisionTarget } from "#src/core/postbacks/decision.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { SourceTables } from "./source-tables.ts";
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
  /** Of integrations and their mappings, by target key; one map for the whole catalog. */
  readonly identities: Map<string, TargetIdentity>;
  /** Of all apps of the catalog. */
  readonly sourceTables: SourceTables;
};

/**
 * What steps may look at of an app beside the event: apps with the same of it share what was put together for the first
 * (`compile/like-routes.ts`). The id stands in the paths that are told to people, for which each app has its own.
 */
export type LikeAppTerms = Pick<AppTerms, "catalog" | "agencies" | "identities"> & {
  readonly app: Pick<App, "id" | "active">;
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
