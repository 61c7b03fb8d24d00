import { memberText, textOfJson } from "#src/core/json/json-text.ts";
import type { EventFacts } from "./event-facts.ts";
import { isRevenueGranted } from "./granted.ts";
import { targetPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/**
 * Property, value, equality; any one suffices, none at all holds (seed 003). A property is a member
 * of `event_value` by its whole name, compared as text with what the app reported, shared with the partner or not.
 * An agency that is not granted revenue cannot ask for it either: whether its condition holds would tell it.
 */
export const conditionUnmet: Step<Target> = {
  reason: "condition_unmet",
  concerns: ({ mapping }) => mapping !== null && mapping.conditions.length > 0,
  skips: ({ mapping, terms }, facts) => {
    if (mapping === null || mapping.conditions.length === 0) return false;
    for (const { property, value } of mapping.conditions)
      if (propertyOf(facts, terms, property) === value) return false;
    return true;
  },
  describe: (target, facts) => {
    const conditions = target.mapping?.conditions ?? [];
    const written = conditions.map(({ property, value }) => `${property} = ${value}`);
    const found = conditions.map(({ property }) =>
      isKeptBack(facts, target.terms, property)
        ? `${property} is not granted`
        : `${property} is ${propertyOf(facts, target.terms, property) ?? "absent or no plain value"}`,
    );
    return {
      expected: conditions.length === 0 ? "no conditions" : `any of: ${written.join(", ")}`,
      actual: conditions.length === 0 ? "nothing is asked of it" : found.join(", "),
      setBy: `${targetPath(target)}${target.mapping === null ? "" : ".conditions"}`,
    };
  },
  restsOnInstall: null,
};

const isKeptBack = ({ app }: EventFacts, terms: IntegrationTerms, property: string): boolean =>
  !isRevenueGranted(terms) && app.isRevenue(property);

/** A plain value as text; objects, arrays and null are none. */
function propertyOf(facts: EventFacts, terms: IntegrationTerms, property: string): string | null {
  if (isKeptBack(facts, terms, property)) return null;
  const valueText = isRevenueGranted(terms) ? facts.event.valueText : facts.valueWithoutRevenue;
  const text = valueText === null ? null : memberText(valueText, property);
  return text === null || text.startsWith("{") || text.startsWith("[") ? null : textOfJson(text);
}
