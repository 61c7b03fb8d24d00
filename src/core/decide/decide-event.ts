import type { Event } from "#src/core/events/event.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import { decideRule } from "./decide-rule.ts";
import { EventFacts } from "./event-facts.ts";
import { planFor } from "./integration-plan.ts";
import { addRendered, type OpenVerdict } from "./open-verdict.ts";
import type { AppRoutes } from "./routes.ts";
import { restsOnRecord, sourcePlanFor, targetAt, usualOf } from "./source-plan.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { laterStepsOf } from "./target-steps.ts";
import { templateFor } from "./template-table.ts";
import type { Target } from "./terms.ts";
import type { DecisionInputs, Verdict } from "./verdict.ts";

/** Every integration of the app, then every rule, in the catalog's order: a match or the first reason against it, and the postbacks of the matches. */
export function decideEvent(routes: AppRoutes, event: Event, inputs: DecisionInputs): Verdict {
  const { app, rules, receivers } = routes;
  const facts = new EventFacts(event, app, inputs.redelivery);
  const plan = planFor(routes, facts);
  const ofSource = sourcePlanFor(app.sourceTables, plan, facts);
  const usual = usualOf(plan);
  const verdict: OpenVerdict = {
    // Of a frozen list V8 has no fast `slice`.
    decisions: [...usual],
    usual,
    matches: [],
    marks: [],
    waitsForInstall: facts.lacksInstall && (plan.waitsForInstall || restsOnRecord(ofSource, plan, facts)),
  };
  for (const { place, against } of ofSource.settled)
    verdict.decisions[place] = decisionOf(targetAt(plan, place), against.reason);
  const sight = { facts, inputs, receivers };
  for (const place of ofSource.open) verdict.decisions[place] = decideTarget(targetAt(plan, place), sight, verdict);
  if (rules.length === 0) return verdict;
  for (const rule of rules) verdict.decisions.push(decideRule(rule, sight, verdict));
  return verdict;
}

/** Steps 7 and 8 have let it pass. */
function decideTarget(
  target: Target,
  { facts, receivers }: Pick<AppRoutes, "receivers"> & { readonly facts: EventFacts },
  verdict: OpenVerdict,
): Decision {
  target.laterSteps ??= laterStepsOf(target);
  const { laterSteps } = target;
  const against = firstSkip(laterSteps, target, facts);
  if (against !== null) {
    verdict.waitsForInstall ||= facts.lacksInstall && isWorthWaiting(against, laterSteps, { on: target, seen: facts });
    return decisionOf(target, against.reason);
  }
  const template = templateFor(target.templates, facts.templateCase);
  invariant(template !== null, "a target without a template was skipped by its step");
  const receiver = receivers[target.place];
  invariant(receiver !== undefined, "every integration has a receiver");
  return addRendered(verdict, { terms: target, template, receiver }, facts);
}
