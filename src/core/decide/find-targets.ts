import type { EventMapping, Integration } from "#src/core/catalog.ts";
import type { DecisionTarget } from "#src/core/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/** From this many mappings on they are found by name in a map, not by looking at each. */
const indexedFrom = 16;

/** Numbers of the mappings of each event name, for an integration with many; null for one with few. */
export function mappingsByName(mappings: readonly EventMapping[]): ReadonlyMap<string, readonly number[]> | null {
  if (mappings.length < indexedFrom) return null;
  const byName = new Map<string, number[]>();
  for (const [index, mapping] of mappings.entries()) {
    const numbers = byName.get(mapping.eventName);
    if (numbers === undefined) byName.set(mapping.eventName, [index]);
    else numbers.push(index);
  }
  return byName;
}

/** Conversions and *as is, all* go by the integration as a whole; everything else by its name. */
const goesByWhole = (integration: Integration, facts: EventFacts): boolean =>
  facts.isConversion || integration.inApp.mappingMethod === "as_is_all";

export function hasMapping(terms: IntegrationTerms, facts: EventFacts): boolean {
  const { integration } = terms;
  if (goesByWhole(integration, facts)) return true;
  const { name } = facts.event;
  if (terms.mappingsByName !== null) return terms.mappingsByName.has(name);
  for (const mapping of integration.mappings) if (mapping.eventName === name) return true;
  return false;
}

/** Every target of the integration that this event reaches: one for each mapping of its name, or the whole. */
export function forEachTarget(terms: IntegrationTerms, facts: EventFacts, visit: (target: Target) => void): void {
  const { integration, mappingsByName: byName } = terms;
  if (goesByWhole(integration, facts)) {
    visit(wholeTarget(terms));
    return;
  }
  const { name } = facts.event;
  if (byName !== null) {
    for (const index of byName.get(name) ?? []) visit(mappedTarget(terms, index));
    return;
  }
  for (let index = 0; index < integration.mappings.length; index++) {
    if (integration.mappings[index]?.eventName === name) visit(mappedTarget(terms, index));
  }
}

function mappedTarget(terms: IntegrationTerms, index: number): Target {
  const known = terms.targets[index];
  if (known !== undefined) return known;
  const target = newTarget(terms, index);
  terms.targets[index] = target;
  return target;
}

/** The integration as a whole, as a target. */
export function wholeTarget(terms: IntegrationTerms): Target {
  terms.whole ??= newTarget(terms, -1);
  return terms.whole;
}

/** The target of one mapping, or of the integration as a whole with index -1. */
function newTarget(terms: IntegrationTerms, mappingIndex: number): Target {
  const mapping = terms.integration.mappings[mappingIndex] ?? null;
  const targetKey = targetKeyOf({
    kind: "integration",
    partnerId: terms.partner.id,
    configurator: terms.integration.configurator,
    mappingId: mapping?.id ?? null,
  });
  return { terms, mapping, mappingIndex, targetKey, tag: null, decisions: [] };
}

/** `integration:<partner>[:<configurator>][/<mapping>]`: the same for a target in every revision. */
export function targetKeyOf(target: DecisionTarget): string {
  const integration = `integration:${target.partnerId}${target.configurator === null ? "" : `:${target.configurator}`}`;
  return target.mappingId === null ? integration : `${integration}/${target.mappingId}`;
}
