import type { Event } from "#src/core/events/event.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { EventFacts } from "./event-facts.ts";
import { targetsOf, wholeTarget } from "./find-targets.ts";
import { renderTarget } from "./render-match.ts";
import type { AppRoutes } from "./routes.ts";
import { TargetView } from "./target-view.ts";
import { templateFor } from "./template-table.ts";
import type { IntegrationTerms, RenderTerms } from "./terms.ts";
import type { Preview } from "./verdict.ts";

/**
 * What every target would send of the event, whether it is sent or not: whoever writes a template must
 * see it before the conditions hold. Where no mapping has the event's name, the integration as a whole stands for it.
 */
export function previewEvent({ app, integrations, rules }: AppRoutes, event: Event): readonly Preview[] {
  const facts = new EventFacts(event, app);
  return [
    ...integrations.flatMap((terms) => previewIntegration(terms, facts)),
    ...rules.map((terms) => preview(terms, terms.template, facts)),
  ];
}

function previewIntegration(terms: IntegrationTerms, facts: EventFacts): readonly Preview[] {
  const reached = targetsOf(terms, facts);
  const template = templateFor(terms.templates, facts.templateCase);
  return (reached.length === 0 ? [wholeTarget(terms)] : reached).map((target) => preview(target, template, facts));
}

function preview(terms: RenderTerms, template: CompiledTemplate | null, facts: EventFacts): Preview {
  const { target, targetKey } = terms.identity;
  if (template === null) return { target, targetKey, outcome: { kind: "no_template" }, macros: [] };
  const outcome = renderTarget(template, terms, facts);
  return { target, targetKey, outcome, macros: template.trace(new TargetView(facts, terms)) };
}
