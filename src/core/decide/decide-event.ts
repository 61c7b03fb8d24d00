import type { Match, Verdict } from "#src/core/compiled-catalog.ts";
import type { Decision } from "#src/core/decision.ts";
import type { Event } from "#src/core/event.ts";
import { invariant } from "#src/core/invariant.ts";
import { EventFacts } from "./event-facts.ts";
import { planFor } from "./integration-plan.ts";
import { renderedOf, renderTarget } from "./render-match.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";
import { targetSteps } from "./target-steps.ts";
import { targetTag } from "./target-tag.ts";
import { templateFor } from "./template-table.ts";
import type { AppTerms, IntegrationTerms, Target } from "./terms.ts";

type OpenVerdict = { readonly decisions: Decision[]; readonly matches: Match[]; waitsForInstall: boolean };

/** Every integration of the app, in the catalog's order: a match or the first reason against it, and the postbacks of the matches. */
export function decideEvent(app: AppTerms, integrations: readonly IntegrationTerms[], event: Event): Verdict {
  const facts = new EventFacts(event, app);
  const plan = planFor(app, integrations, facts);
  const verdict: OpenVerdict = {
    decisions: [],
    matches: [],
    waitsForInstall: facts.lacksInstall && plan.waitsForInstall,
  };
  for (const entry of plan.entries) {
    if ("terms" in entry) decideTarget(entry, facts, verdict);
    else verdict.decisions.push(entry);
  }
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
  const outcome = renderTarget(template, target, facts);
  const decision = decisionOf(target, outcome.kind === "macro_missing" ? "macro_missing" : null);
  verdict.decisions.push(decision);
  if (outcome.kind === "macro_missing") return;
  verdict.matches.push({
    decision,
    receiver: target.terms.receiver,
    targetTag: targetTag(target.identity, facts.app.hashes),
    rendered: renderedOf(outcome),
  });
}
