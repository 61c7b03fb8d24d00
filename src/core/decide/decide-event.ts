import type { DecisionInputs, Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { invariant } from "#src/core/invariant.ts";
import { decideRule } from "./decide-rule.ts";
import { EventFacts } from "./event-facts.ts";
import { planFor } from "./integration-plan.ts";
import { addRendered, type OpenVerdict } from "./open-verdict.ts";
import type { AppRoutes } from "./routes.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { targetSteps } from "./target-steps.ts";
import { templateFor } from "./template-table.ts";
import type { Target } from "./terms.ts";

/** Every integration of the app, then every rule, in the catalog's order: a match or the first reason against it, and the postbacks of the matches. */
export function decideEvent({ app, integrations, rules }: AppRoutes, event: Event, inputs: DecisionInputs): Verdict {
  const facts = new EventFacts(event, app, inputs.redelivery);
  const plan = planFor(app, integrations, facts);
  const verdict: OpenVerdict = {
    decisions: [],
    matches: [],
    marks: [],
    waitsForInstall: facts.lacksInstall && plan.waitsForInstall,
  };
  for (const entry of plan.entries) {
    if ("terms" in entry) decideTarget(entry, facts, verdict);
    else verdict.decisions.push(entry);
  }
  if (rules.length === 0) return verdict;
  const sight = { facts, inputs };
  for (const rule of rules) decideRule(rule, sight, verdict);
  return verdict;
}

function decideTarget(target: Target, facts: EventFacts, verdict: OpenVerdict): void {
  const against = firstSkip(targetSteps, target, facts);
  if (against !== null) {
    verdict.decisions.push(decisionOf(target, against.reason));
    verdict.waitsForInstall ||= facts.lacksInstall && isWorthWaiting(against, targetSteps, { on: target, seen: facts });
    return;
  }
  const template = templateFor(target.terms.templates, facts.templateCase);
  invariant(template !== null, "a target without a template was skipped by its step");
  addRendered(verdict, { terms: target, template, receiver: target.terms.receiver }, facts);
}
