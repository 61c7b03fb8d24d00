import type { Decision } from "#src/core/postbacks/decision.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import type { EventFacts } from "./event-facts.ts";
import { renderedOf, renderTarget } from "./render-match.ts";
import { decisionOf } from "./target-decision.ts";
import { targetTag } from "./target-tag.ts";
import type { RenderTerms } from "./terms.ts";
import type { Match } from "./verdict.ts";

/** A verdict that is being come to. */
export type OpenVerdict = {
  readonly decisions: Decision[];
  readonly usual: readonly Decision[];
  readonly matches: Match[];
  readonly marks: OnceMark[];
  waitsForInstall: boolean;
};

/** Renders what no step has skipped: a match, or a skip for want of a macro. */
export function addRendered(
  verdict: OpenVerdict,
  { terms, template, receiver }: { terms: RenderTerms; template: CompiledTemplate; receiver: Receiver },
  facts: EventFacts,
): Decision {
  const outcome = renderTarget(template, terms, facts);
  const decision = decisionOf(terms, outcome.kind === "macro_missing" ? "macro_missing" : null);
  if (outcome.kind === "macro_missing") return decision;
  const tag = targetTag(terms.identity, facts.app.hashes);
  verdict.matches.push({ decision, receiver, targetTag: tag, rendered: renderedOf(outcome) });
  return decision;
}
