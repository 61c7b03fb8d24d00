import type { CompiledTemplate, RenderOutcome } from "#src/core/templates/template.ts";
import type { EventFacts } from "./event-facts.ts";
import { TargetView } from "./target-view.ts";
import type { RenderTerms } from "./terms.ts";
import type { Match } from "./verdict.ts";

/** Renders a target's template for this event, through a view masked by the data sharing in force. */
export function renderTarget(template: CompiledTemplate, terms: RenderTerms, facts: EventFacts): RenderOutcome {
  try {
    return template.render(new TargetView(facts, terms));
  } catch (error) {
    // A template tells its faults. One that throws is a bug of ours, and must cost this one postback,
    // not the batch of events it came with: those would be refused and sent again for ever.
    return { kind: "fault", message: error instanceof Error ? error.message : String(error) };
  }
}

/** What a match makes: a request, or a dead postback that says why. */
export const renderedOf = (outcome: Exclude<RenderOutcome, { kind: "macro_missing" }>): Match["rendered"] =>
  outcome.kind === "request"
    ? { kind: "request", request: outcome.request }
    : { kind: "dead", reason: "render_error", message: outcome.message };
