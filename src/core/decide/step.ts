import type { IntegrationSkipReason, SkipReason } from "#src/core/postbacks/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { ExplainedStep } from "./verdict.ts";

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
