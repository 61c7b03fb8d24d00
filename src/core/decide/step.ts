import type { Integration } from "#src/core/catalog/catalog.ts";
import type { ExplainedStep } from "#src/core/decide/verdict.ts";
import type { IntegrationSkipReason, SkipReason } from "#src/core/postbacks/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { AppTerms, IntegrationTerms, Target } from "./terms.ts";

/**
 * One row of the table of decisions (product.md). `skips` decides and `describe` explains; both look
 * at the same things. Steps are total: each answers for every event and target, also where an
 * earlier step has skipped already. `Seen` is what a step may look at of the event.
 */
export type Step<On, Seen = EventFacts, Reason extends SkipReason = IntegrationSkipReason> = {
  readonly reason: Reason;
  /** Whether the event does not go to the target, for this reason. */
  readonly skips: (on: On, seen: Seen) => boolean;
  /** False where these terms skip no event for this reason, so that none need be asked. Without it every event is. */
  readonly concerns?: (on: On) => boolean;
  readonly describe: (on: On, seen: Seen) => StepDescription;
  /** Whether such a skip may rest on the lack of an install record: then the event waits for one. */
  readonly restsOnInstall: ((seen: Seen, on: On) => boolean) | null;
};

export type StepDescription = Omit<ExplainedStep, "reason" | "passed">;

/** The first step that skips, or null. */
export function firstSkip<On, Seen, Reason extends SkipReason>(
  steps: readonly Step<On, Seen, Reason>[],
  on: On,
  seen: Seen,
): Step<On, Seen, Reason> | null {
  for (const step of steps) if (step.skips(on, seen)) return step;
  return null;
}

/** Whether `against` rests on the lack of an install record, and no step that a record cannot change skips as well. */
export const isWorthWaiting = <On, Seen, Reason extends SkipReason>(
  against: Step<On, Seen, Reason>,
  steps: readonly Step<On, Seen, Reason>[],
  { on, seen }: { readonly on: On; readonly seen: Seen },
): boolean =>
  against.restsOnInstall?.(seen, on) === true &&
  !steps.some((step) => step.skips(on, seen) && step.restsOnInstall?.(seen, on) !== true);

/*
 * Where settings stand, told by names: the place in a list says nothing to somebody who edits by the API, and would tell an
 * agency how many others there are.
 */
export const appPath = ({ app }: AppTerms): string => `apps[${app.id}]`;

export const integrationPath = ({ app, integration: { partnerId, configurator } }: IntegrationTerms): string =>
  `${appPath(app)}.integrations[${configurator === null ? partnerId : `${partnerId}:${configurator}`}]`;

export const inAppPath = (terms: IntegrationTerms): string => `${integrationPath(terms)}.in_app_postbacks`;

/** Where a target's own settings stand: its mapping's, or the integration's in-app section. */
export const targetPath = (target: Target): string =>
  target.mapping === null ? inAppPath(target.terms) : `${integrationPath(target.terms)}.mappings[${target.mapping.id}]`;

/** Conversions and *as is, all* go by the integration as a whole; everything else by its name. */
export const goesByWhole = (integration: Integration, seen: { readonly isConversion: boolean }): boolean =>
  seen.isConversion || integration.inApp.mappingMethod === "as_is_all";
