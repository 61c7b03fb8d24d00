import type { Match, Verdict } from "#src/core/compiled-catalog.ts";
import type { Decision, SkipReason } from "#src/core/decision.ts";
import type { Event } from "#src/core/event.ts";
import { invariant } from "#src/core/invariant.ts";
import { type EventFacts, factsOf } from "./event-facts.ts";
import { forEachTarget, wholeTarget } from "./find-targets.ts";
import { integrationSteps } from "./integration-steps.ts";
import { renderedOf, renderTarget, targetTag } from "./render-match.ts";
import type { Step } from "./step.ts";
import { targetSteps } from "./target-steps.ts";
import { templateFor } from "./template-table.ts";
import type { AppTerms, IntegrationTerms, Target } from "./terms.ts";

type OpenVerdict = { decisions: Decision[]; matches: Match[]; waitsForInstall: boolean };

/** Every integration of the app, in the catalog's order: a match or the first reason against it, and the postbacks of the matches. */
export function decideEvent(app: AppTerms, integrations: readonly IntegrationTerms[], event: Event): Verdict {
  const facts = factsOf(event, app);
  const verdict: OpenVerdict = { decisions: [], matches: [], waitsForInstall: false };
  for (const terms of integrations) decideIntegration(terms, facts, verdict);
  return verdict;
}

function decideIntegration(terms: IntegrationTerms, facts: EventFacts, verdict: OpenVerdict): void {
  const against = firstSkip(integrationSteps, terms, facts);
  if (against === null) {
    forEachTarget(terms, facts, (target) => decideTarget(target, facts, verdict));
    return;
  }
  verdict.decisions.push(decisionOf(wholeTarget(terms), against.reason));
  if (waits(against, facts) && !isSkippedAnyway(integrationSteps, terms, facts)) verdict.waitsForInstall = true;
}

function decideTarget(target: Target, facts: EventFacts, verdict: OpenVerdict): void {
  const against = firstSkip(targetSteps, target, facts);
  if (against !== null) {
    verdict.decisions.push(decisionOf(target, against.reason));
    if (waits(against, facts) && !isSkippedAnyway(targetSteps, target, facts)) verdict.waitsForInstall = true;
    return;
  }
  const template = templateFor(target.terms.templates, facts);
  invariant(template !== null, "a target without a template was skipped by its step");
  const outcome = renderTarget(template, target, facts);
  if (outcome.kind === "macro_missing") {
    verdict.decisions.push(decisionOf(target, "macro_missing"));
    return;
  }
  const decision = decisionOf(target, null);
  verdict.decisions.push(decision);
  verdict.matches.push({
    decision,
    receiver: target.terms.receiver,
    targetTag: targetTag(target),
    rendered: renderedOf(outcome),
  });
}

function firstSkip<On>(steps: readonly Step<On>[], on: On, facts: EventFacts): Step<On> | null {
  for (const step of steps) if (step.skips(on, facts)) return step;
  return null;
}

const waits = <On>(step: Step<On>, facts: EventFacts): boolean =>
  facts.lacksInstall && step.restsOnInstall?.(facts) === true;

/** Whether a step that no install record can change skips too: then there is nothing to wait for. */
const isSkippedAnyway = <On>(steps: readonly Step<On>[], on: On, facts: EventFacts): boolean =>
  steps.some((step) => step.restsOnInstall === null && step.skips(on, facts));

const matched: Decision["outcome"] = Object.freeze({ kind: "match" });

/** The one decision object of this target and outcome; made when it first comes about, and shared from then on. */
export function decisionOf(target: Target, reason: SkipReason | null): Decision {
  for (const known of target.decisions) if (reasonOf(known) === reason) return known;
  const { partner, integration } = target.terms;
  const decision: Decision = Object.freeze({
    target: Object.freeze({
      kind: "integration",
      partnerId: partner.id,
      configurator: integration.configurator,
      mappingId: target.mapping?.id ?? null,
    }),
    targetKey: target.targetKey,
    outcome: reason === null ? matched : Object.freeze({ kind: "skip", reason }),
  });
  target.decisions.push(decision);
  return decision;
}

const reasonOf = ({ outcome }: Decision): SkipReason | null => (outcome.kind === "match" ? null : outcome.reason);
