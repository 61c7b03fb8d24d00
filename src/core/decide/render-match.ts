import type { Match } from "#src/core/compiled-catalog.ts";
import { postbackIdOf } from "#src/core/postback-id.ts";
import type { CompiledTemplate, RenderOutcome } from "#src/core/template.ts";
import type { EventFacts } from "./event-facts.ts";
import { dataSharingOf } from "./granted.ts";
import { TargetView } from "./target-view.ts";
import type { Target } from "./terms.ts";

const tagCharacters = 12;

/** Renders the target's template for this event, through a view masked by the data sharing in force. */
export function renderTarget(template: CompiledTemplate, target: Target, facts: EventFacts): RenderOutcome {
  const { integration, app } = target.terms;
  const view = new TargetView(facts, {
    app,
    sharing: dataSharingOf(target),
    partnerEvent: partnerEventOf(target, facts),
    postbackId: postbackIdOf(facts.event.id, targetTag(target), 0),
    parameters: integration.parameters,
  });
  try {
    return template.render(view);
  } catch (error) {
    // A template tells its faults. One that throws is a bug of ours, and must cost this one postback,
    // not the batch of events it came with: those would be refused and sent again for ever.
    return { kind: "fault", message: error instanceof Error ? error.message : String(error) };
  }
}

/** The name the partner knows the event by: as it is for *as is* and for conversions, else the mapping's. */
const partnerEventOf = ({ terms, mapping }: Target, facts: EventFacts): string =>
  mapping === null || terms.integration.inApp.mappingMethod === "as_is_selected"
    ? facts.event.name
    : mapping.partnerEvent;

/** Twelve hex digits of the target's key: short in an id, and the same in every catalog revision. */
export function targetTag(target: Target): string {
  target.tag ??= target.terms.app.hashes.sha256(target.targetKey).slice(0, tagCharacters);
  return target.tag;
}

/** What a match makes: a request, or a dead postback that says why. */
export const renderedOf = (outcome: Exclude<RenderOutcome, { kind: "macro_missing" }>): Match["rendered"] =>
  outcome.kind === "request"
    ? { kind: "request", request: outcome.request }
    : { kind: "dead", reason: "render_error", message: outcome.message };
