import { eventFields, isEventField } from "#src/core/events/event-fields.ts";
import { searchedFields, transactionMembers } from "#src/core/events/search-keys.ts";

/** Fields that nobody searches by, and members that are read as something else, under no other name. */
const passedMembers: ReadonlySet<string> = new Set([
  ...Object.keys(eventFields).filter((name) => isEventField(name) && !searchedFields.has(name)),
  "app_id",
  "event_name",
  "event_type",
  "event_time",
  "is_test",
]);

/**
 * The values by which an event may be found, cut from its source without reading it as an event: three
 * times as fast, and this is done for every event. There may be more than it is found by (its row is
 * looked at before it is believed), but never fewer: undeclared members count, since one of them may
 * be another name of an id. Null where only reading it will tell: numbers whose text is not plain.
 */
export const searchedValues = (source: string, enrichment: string | null): readonly string[] | null => {
  const values: string[] = [];
  const members: unknown = JSON.parse(source);
  if (!isObject(members)) return null;
  for (const name in members) {
    if (passedMembers.has(name)) continue;
    const value = members[name];
    if (typeof value === "string") {
      if (name === "event_value") {
        if (transactionMembers.some((member) => value.includes(member))) return null;
      } else values.push(value);
    } else if (typeof value === "number") {
      if (!Number.isSafeInteger(value)) return null;
      values.push(String(value));
    }
  }
  if (!addTransactions(values, members["event_value"])) return null;
  if (enrichment !== null) addEnrichment(values, JSON.parse(enrichment));
  return values;
};

/** Answers false where a number stands for an id: its text is the source's. */
const addTransactions = (values: string[], eventValue: unknown): boolean => {
  if (!isObject(eventValue)) return true;
  for (const member of transactionMembers) {
    const value = eventValue[member];
    if (typeof value === "string") values.push(value);
    else if (value !== undefined && value !== null) return false;
  }
  return true;
};

const addEnrichment = (values: string[], enrichment: unknown): void => {
  if (!isObject(enrichment) || !isObject(enrichment["fields"])) return;
  const { fields } = enrichment;
  if (!isObject(fields)) return;
  for (const field of searchedFields) {
    const value = fields[field];
    if (value !== undefined) values.push(String(value));
  }
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
