import type { Event } from "#src/core/events/event.ts";
import type { SkipReason } from "#src/core/postbacks/decision.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { EventFacts } from "./event-facts.ts";
import { targetsOf, wholeTarget } from "./find-targets.ts";
import { integrationSteps } from "./integration-steps.ts";
import { missingMacrosText } from "./missing-macros.ts";
import { renderTarget } from "./render-match.ts";
import type { AppRoutes } from "./routes.ts";
import { ruleSteps } from "./rule-steps.ts";
import { type RuleSight, type RuleTerms, rulePath } from "./rule-terms.ts";
import { integrationPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { targetSteps } from "./target-steps.ts";
import { TargetView } from "./target-view.ts";
import { templateFor } from "./template-table.ts";
import type { IntegrationTerms, RenderTerms, Target } from "./terms.ts";
import type { DecisionInputs, ExplainedStep, Explanation } from "./verdict.ts";

/**
 * The same decisions as `decideEvent`, in the same order, each with every step of the table: nobody
 * shall mend one only to meet the next. Where the integration as a whole is skipped, the steps of
 * every mapping that the event would reach stand behind those of the integration.
 */
export function explainEvent(
  { app, integrations, rules }: AppRoutes,
  event: Event,
  inputs: DecisionInputs,
): readonly Explanation[] {
  const facts = new EventFacts(event, app);
  return [
    ...integrations.flatMap((terms) => explainIntegration(terms, facts)),
    ...rules.map((terms) => explainRule(terms, { facts, inputs })),
  ];
}

function explainRule(terms: RuleTerms, sight: RuleSight): Explanation {
  const { template } = terms;
  return explanation(terms, [
    ...explainSteps(ruleSteps, terms, sight),
    ...explainRendering({ terms, template, setBy: `${rulePath(terms)}.template` }, sight.facts),
  ]);
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

function explanation(target: RenderTerms, steps: readonly ExplainedStep[]): Explanation {
  const [against = null] = steps.flatMap(({ passed, reason }) => (passed || reason === "render_error" ? [] : [reason]));
  return { decision: decisionOf(target, against), steps };
}

function explainTarget(target: Target, facts: EventFacts): readonly ExplainedStep[] {
  const template = templateFor(target.templates, facts.templateCase);
  const setBy = `${integrationPath(target.terms)}.templates`;
  return [...explainSteps(targetSteps, target, facts), ...explainRendering({ terms: target, template, setBy }, facts)];
}

const explainSteps = <On, Seen, Reason extends SkipReason>(
  steps: readonly Step<On, Seen, Reason>[],
  on: On,
  seen: Seen,
): readonly ExplainedStep[] =>
  steps.map((step) => ({ reason: step.reason, passed: !step.skips(on, seen), ...step.describe(on, seen) }));

type Rendering = {
  readonly terms: RenderTerms;
  readonly template: CompiledTemplate | null;
  readonly setBy: string;
};

/** The last step of the table, and what it cannot skip: a match whose request cannot be written is a dead postback. */
function explainRendering({ terms, template, setBy }: Rendering, facts: EventFacts): readonly ExplainedStep[] {
  const outcome = template === null ? null : renderTarget(template, terms, facts);
  const none = outcome === null ? "no template to look at" : null;
  const isMissing = outcome?.kind === "macro_missing";
  const isFault = outcome?.kind === "fault";
  const missing = template === null || isFault ? null : missingMacrosText(template, new TargetView(facts, terms));
  return [
    {
      reason: "macro_missing",
      passed: !isMissing,
      expected: "every macro has a value, where the template says to skip without one",
      actual: none ?? missingText(missing, isMissing ? outcome.macro : null),
      setBy,
    },
    {
      reason: "render_error",
      passed: !isFault,
      expected: "the request can be written",
      actual: none ?? (isFault ? `${outcome.message}; the postback is dead` : "the request can be written"),
      setBy,
    },
  ];
}

/** All that are missing, also where the template lets the request go out without them: a partner that hears of no money asks why. */
const missingText = (missing: string | null, skippedFor: string | null): string => {
  if (skippedFor !== null) return `without a value: ${missing ?? `(${skippedFor})`}`;
  return missing === null ? "no macro is without a value" : `goes out without a value: ${missing}`;
};
