import type { RuleTerms } from "./rule-terms.ts";
import type { AppTerms, IntegrationTerms } from "./terms.ts";

/** All that an event of one app is decided by. */
export type AppRoutes = {
  readonly app: AppTerms;
  readonly integrations: readonly IntegrationTerms[];
  readonly rules: readonly RuleTerms[];
};
