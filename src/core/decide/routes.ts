import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { AppTerms } from "./app-terms.ts";
import type { Plans } from "./plans.ts";
import type { RuleTerms } from "./rule-terms.ts";
import type { IntegrationTerms } from "./terms.ts";

/** All that an event of one app is decided by. */
export type AppRoutes = {
  readonly app: AppTerms;
  readonly integrations: readonly IntegrationTerms[];
  readonly plans: Plans;
  readonly rules: readonly RuleTerms[];
  /** Of the integrations, at their places, and behind them of the rules. */
  readonly receivers: readonly Receiver[];
};
