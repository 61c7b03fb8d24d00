import type { Integration } from "#src/core/catalog.ts";
import type { ExplainedStep } from "#src/core/compiled-catalog.ts";
import type { IntegrationSkipReason } from "#src/core/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/**
 * One row of the table of decisions (product.md). `skips` decides and `describe` explains; both look
 * at the same things. Steps are total: each answers for every event and target, also where an
 * earlier step has skipped already.
 */
export type Step<On> = {
  readonly reason: IntegrationSkipReason;
  /** Whether the event does not go to the target, for this reason. */
  readonly skips: (on: On, facts: EventFacts) => boolean;
  readonly describe: (on: On, facts: EventFacts) => StepDescription;
  /** Whether such a skip may rest on the lack of an install record: then the event waits for one. */
  readonly restsOnInstall: ((facts: EventFacts) => boolean) | null;
};

export type StepDescription = Omit<ExplainedStep, "reason" | "passed">;

/** Where the terms of an integration stand in the catalog document. */
export const integrationPath = ({ app, index }: IntegrationTerms): string =>
  `apps[${app.index}].integrations[${index}]`;

export const inAppPath = (terms: IntegrationTerms): string => `${integrationPath(terms)}.in_app_postbacks`;

/** Where a target's own settings stand: its mapping's, or the integration's in-app section. */
export const targetPath = (target: Target): string =>
  target.mapping === null
    ? inAppPath(target.terms)
    : `${integrationPath(target.terms)}.mappings[${target.mappingIndex}]`;

/** Whether the partner takes this app's events under their own names. */
export const isAsIs = (integration: Integration): boolean =>
  integration.inApp.mappingMethod === "as_is_all" || integration.inApp.mappingMethod === "as_is_selected";
