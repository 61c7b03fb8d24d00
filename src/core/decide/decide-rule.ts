import type { Event } from "#src/core/events/event.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import { type OnceMark, onceSubjectOf } from "#src/core/postbacks/once-mark.ts";
import { addRendered, type OpenVerdict } from "./open-verdict.ts";
import { isOnce, ruleSteps } from "./rule-steps.ts";
import type { RuleSight, RuleTerms } from "./rule-terms.ts";
import { firstSkip, isWorthWaiting } from "./step.ts";
import { decisionOf } from "./target-decision.ts";

/** One rule: a match with its mark where it fires once, or the first reason against it. */
export function decideRule(terms: RuleTerms, sight: RuleSight, verdict: OpenVerdict): Decision {
  const { facts } = sight;
  const against = firstSkip(ruleSteps, terms, sight);
  if (against !== null) {
    verdict.waitsForInstall ||= facts.lacksInstall && isWorthWaiting(against, ruleSteps, { on: terms, seen: sight });
    return decisionOf(terms, against.reason);
  }
  const decision = addRendered(verdict, { terms, template: terms.template, receiver: terms.receiver }, facts);
  const mark = decision.outcome.kind === "match" && isOnce(terms) ? markOf(terms, facts.event) : null;
  if (mark !== null) verdict.marks.push(mark);
  return decision;
}

/** What says that the rule has matched for the subject of this event; null for an event without one. */
export function markOf({ identity }: RuleTerms, event: Event): OnceMark | null {
  const subject = onceSubjectOf(event);
  return subject === null ? null : { appId: event.appId, targetKey: identity.targetKey, subject };
}
