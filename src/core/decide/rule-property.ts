import { isAbsentText } from "#src/core/absent-value.ts";
import type { Event } from "#src/core/events/event.ts";
import { isEventField } from "#src/core/events/event-fields.ts";
import { type LifecycleFacts, lifecycleFact, lifecycleOfInstall } from "#src/core/events/lifecycle.ts";
import { memberAt, memberText, textOfJson } from "#src/core/json/json-text.ts";
import type { EventFacts } from "./event-facts.ts";

/** Reads a property as text, or null where it is missing. Objects and arrays are their JSON text. */
export type ReadProperty = (facts: EventFacts, key: string) => string | null;

/**
 * On the event itself: its context data, keys without regard to case; else `event_name` and
 * `event_type`; else a declared field as completed by the install record; else a member of
 * `event_value` by `event_value.<name>`; else an undeclared member.
 */
export const readTriggerProperty: ReadProperty = (facts, key) =>
  contextValue(facts.event, key) ?? memberValue(facts, key);

/** On the audience: the event's context data, else what is known of the device's life, else as above. */
export const readTraitProperty: ReadProperty = (facts, key) =>
  contextValue(facts.event, key) ?? lifecycleFact(lifecycleOf(facts), key) ?? memberValue(facts, key);

function contextValue({ context, source }: Event, key: string): string | null {
  if (context === null) return null;
  const lower = key.toLowerCase();
  const name = Object.hasOwn(context, key) ? key : Object.keys(context).find((each) => each.toLowerCase() === lower);
  const value = name === undefined ? undefined : context[name];
  if (name === undefined || value === undefined) return null;
  if (typeof value === "string") return value;
  return memberText(memberText(source, "context") ?? "", name) ?? String(value);
}

const valuePrefix = "event_value.";

function memberValue(facts: EventFacts, key: string): string | null {
  const { event } = facts;
  if (key === "event_name") return event.name;
  if (key === "event_type") return event.type;
  if (isEventField(key)) {
    const value = event.fields[key] ?? event.enrichment?.fields[key];
    if (value === undefined) return null;
    // A member that says nothing is in the source too, where the value is of the install record or of the address.
    const text = facts.sourceText(key);
    return text === null || isAbsentText(text) ? String(value) : text;
  }
  if (key.startsWith(valuePrefix)) {
    return event.valueText === null ? null : memberAt(event.valueText, key.slice(valuePrefix.length));
  }
  if (!Object.hasOwn(event.extra, key)) return null;
  const member = memberText(event.source, key);
  const text = member === null ? null : textOfJson(member);
  return text === null || isAbsentText(text) ? null : text;
}

/** An install is completed by no record: what it tells of the device's life is its own. */
function lifecycleOf({ event, conversionAt }: EventFacts): LifecycleFacts {
  if (event.type === "install" || event.type === "reinstall") {
    const { install_time: installTime } = event.fields;
    return lifecycleOfInstall(event, typeof installTime === "number" ? installTime : (conversionAt ?? event.time));
  }
  return event.enrichment?.lifecycle ?? {};
}
