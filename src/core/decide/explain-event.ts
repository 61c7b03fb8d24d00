import type { ExplainedStep, Explanation } from "#src/core/compiled-catalog.ts";
import type { Event } from "#src/core/event.ts";
import { EventFacts } from "./event-facts.ts";
import { targetsOf, wholeTarget } from "./find-targets.ts";
import { integrationSteps } from "./integration-steps.ts";
import { renderTarget } from "./render-match.ts";
import { integrationPath, type Step } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { targetSteps } from "./target-steps.ts";
import { templateFor } from "./template-table.ts";
import type { AppTerms, IntegrationTerms, Target } from "./terms.ts";

/**
 * The same decisions as `decideEvent`, in the same order, each with every step of the table: nobody
 * shall mend one only to meet the next. Where the integration as a whole is skipped, the steps of
 * every mapping that the event would reach stand behind those of the integration.
 */
export function explainEvent(
  app: AppTerms,
  integrations: readonly IntegrationTerms[],
  event: Event,
): readonly Explanation[] {
  const facts = new EventFacts(event, app);
  return integrations.flatMap((terms) => explainIntegration(terms, facts));
}

function explainIntegration(terms: IntegrationTerms, facts: EventFacts): readonly Explanation[] {
  const whole = explainSteps(integrationSteps, terms, facts);
  const reached = targetsOf(terms, facts);
  const against = whole.find((step) => !step.passed);
  if (against === undefined)
    return reached.map((target) => explanation(target, [...whole, ...explainTarget(target, facts)]));
  // An event without a mapping is judged by the integration's own terms, as if it were sent as is.
  const targets = reached.length === 0 ? [wholeTarget(terms)] : reached;
  return [explanation(wholeTarget(terms), [...whole, ...targets.flatMap((target) => explainTarget(target, facts))])];
}

function explanation(target: Target, steps: readonly ExplainedStep[]): Explanation {
  const against = steps.find((step) => !step.passed);
  return { decision: decisionOf(target, against === undefined ? null : against.reason), steps };
}

const explainTarget = (target: Target, facts: EventFacts): readonly ExplainedStep[] => [
  ...explainSteps(targetSteps, target, facts),
  explainMacros(target, facts),
];

const explainSteps = <On, Seen>(steps: readonly Step<On, Seen>[], on: On, seen: Seen): readonly ExplainedStep[] =>
  steps.map((step) => ({ reason: step.reason, passed: !step.skips(on, seen), ...step.describe(on, seen) }));

function explainMacros(target: Target, facts: EventFacts): ExplainedStep {
  const template = templateFor(target.terms.templates, facts.templateCase);
  const outcome = template === null ? null : renderTarget(template, target, facts);
  const isMissing = outcome?.kind === "macro_missing";
  return {
    reason: "macro_missing",
    passed: !isMissing,
    expected: "every macro has a value, where the template says to skip without one",
    actual: isMissing ? `(${outcome.macro}) has none` : outcome === null ? "no template to look at" : "none is missing",
    setBy: `${integrationPath(target.terms)}.templates`,
  };
}
