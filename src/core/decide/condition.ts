import { memberText, textOfJson } from "#src/core/json/json-text.ts";
import type { EventFacts } from "./event-facts.ts";
import { type Step, targetPath } from "./step.ts";
import type { Target } from "./terms.ts";

/**
 * Property, value, equality; any one suffices, none at all holds (seed 003). A property is a member
 * of `event_value` by its whole name, compared as text with what the app reported, shared or not.
 */
export const conditionUnmet: Step<Target> = {
  reason: "condition_unmet",
  skips: ({ mapping }, facts) => {
    if (mapping === null || mapping.conditions.length === 0) return false;
    for (const { property, value } of mapping.conditions) if (propertyOf(facts, property) === value) return false;
    return true;
  },
  describe: (target, facts) => {
    const conditions = target.mapping?.conditions ?? [];
    const written = conditions.map(({ property, value }) => `${property} = ${value}`);
    const found = conditions.map(
      ({ property }) => `${property} is ${propertyOf(facts, property) ?? "absent or no plain value"}`,
    );
    return {
      expected: conditions.length === 0 ? "no conditions" : `any of: ${written.join(", ")}`,
      actual: conditions.length === 0 ? "nothing is asked of it" : found.join(", "),
      setBy: `${targetPath(target)}${target.mapping === null ? "" : ".conditions"}`,
    };
  },
  restsOnInstall: null,
};

/** A plain value as text; objects, arrays and null are none. */
function propertyOf(facts: EventFacts, property: string): string | null {
  const { valueText } = facts.event;
  const text = valueText === null ? null : memberText(valueText, property);
  return text === null || text.startsWith("{") || text.startsWith("[") ? null : textOfJson(text);
}
