import type { EventMapping } from "#src/core/catalog/catalog.ts";
import type { DecisionTarget } from "#src/core/postbacks/decision.ts";
import { targetKeyOf } from "#src/core/postbacks/target-key.ts";
import type { TargetIdentity } from "./app-terms.ts";
import type { EventShape } from "./event-shape.ts";
import { goesByWhole } from "./goes-by-whole.ts";
import { dataSharingOf } from "./granted.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/** Numbers of the mappings of this event name: none, one, or several with conditions of their own. */
function mappingsNamed(mappings: readonly EventMapping[], name: string): readonly number[] {
  const numbers: number[] = [];
  for (const [index, mapping] of mappings.entries()) if (mapping.eventName === name) numbers.push(index);
  return numbers;
}

export const hasMapping = ({ integration }: IntegrationTerms, shape: EventShape): boolean =>
  goesByWhole(integration, shape) || integration.mappings.some(({ eventName }) => eventName === shape.name);

/** Every target of the integration that an event of this shape reaches: one for each mapping of its name, or the whole. */
export const targetsOf = (terms: IntegrationTerms, shape: EventShape): readonly Target[] =>
  goesByWhole(terms.integration, shape)
    ? [wholeTarget(terms)]
    : mappingsNamed(terms.integration.mappings, shape.name).map((index) => mappedTarget(terms, index));

/** The integration as a whole, as a target. */
export function wholeTarget(terms: IntegrationTerms): Target {
  terms.whole ??= newTarget(terms, -1);
  return terms.whole;
}

function mappedTarget(terms: IntegrationTerms, index: number): Target {
  const known = terms.targets[index] ?? newTarget(terms, index);
  terms.targets[index] = known;
  return known;
}

/** The target of one mapping, or of the integration as a whole with index -1. */
function newTarget(terms: IntegrationTerms, mappingIndex: number): Target {
  const mapping = terms.integration.mappings[mappingIndex] ?? null;
  const { window } = terms.integration.inApp;
  const isAsIs = mapping === null || terms.integration.inApp.mappingMethod === "as_is_selected";
  return {
    terms,
    mapping,
    identity: identityOf(terms, mapping),
    sharing: dataSharingOf(terms, mapping),
    parameters: terms.integration.parameters,
    partnerEvent: isAsIs ? null : mapping.partnerEvent,
    currency: terms.integration.currency,
    windowDays: window.kind === "lifetime" ? null : window.days,
    templates: terms.templates,
    place: terms.place,
    laterSteps: null,
  };
}

/** Kept to be shared; beyond them they are forgotten here alone, and a target that is there keeps its own. */
const identitiesMax = 65_536;

/** A mapping that is given no id has one by its names: in ten thousand apps with the same mappings, the same. */
function identityOf({ app, partner, integration }: IntegrationTerms, mapping: EventMapping | null): TargetIdentity {
  const target: DecisionTarget = Object.freeze({
    kind: "integration",
    partnerId: partner.id,
    configurator: integration.configurator,
    mappingId: mapping?.id ?? null,
  });
  const targetKey = targetKeyOf(target);
  const known = app.identities.get(targetKey);
  if (known !== undefined) return known;
  const identity = { target, targetKey, tag: null, match: null, skips: [] };
  if (app.identities.size >= identitiesMax) app.identities.clear();
  app.identities.set(targetKey, identity);
  return identity;
}
