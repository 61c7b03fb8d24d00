import type { Event } from "#src/core/events/event.ts";
import { fieldAliases } from "#src/core/events/event-field-aliases.ts";
import { eventFields, isEventField, isPersonalField } from "#src/core/events/event-fields.ts";
import { looksPersonal } from "./personal-patterns.ts";

/** What stands where personal data stood. */
export const maskText = "***";

/** Takes personal data out of a JSON text; its members stay, and so do their types but for masked numbers. */
export type Masker = (json: string) => string;

/**
 * Of an answer about an event (null where it is not at hand): members that the registry of fields
 * calls personal, and in texts that people wrote or a template made, the event's own personal values in any
 * spelling, and whatever looks like an identifier or an address: a hash of an identifier is one.
 */
export const maskerOf = (event: Event | null): Masker => maskerWith(event, (name) => freeTexts.has(name));

/** Of an event's source, where every member is somebody's own. */
export const sourceMaskerOf = (event: Event): Masker => maskerWith(event, (name) => !plainMembers.has(name));

const maskerWith = (event: Event | null, isFree: (name: string) => boolean): Masker => {
  const values = event === null ? [] : personalValues(event);
  return (json) => {
    let name = "";
    return json.replace(scalars, (scalar, text: string | undefined, colon: string | undefined) => {
      if (text !== undefined && colon !== undefined) {
        name = text;
        return scalar;
      }
      if (isPersonalMember(name)) return `"${maskText}"`;
      if (text === undefined) return scalar;
      return isFree(name) ? `"${maskedFree(text, values)}"` : scalar;
    });
  };
};

/** A text with the colon that makes it a name, or a number. */
const scalars = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*/g;

/** Members of answers that hold what a template made, an app sent or a partner answered. */
const freeTexts: ReadonlySet<string> = new Set([
  "url",
  "body",
  "value",
  "encoded",
  "raw",
  "message",
  "render_message",
  "expected",
  "actual",
  "before",
  "after",
  "reason_value",
]);
/** Members of a source that say what it is, and not whose. */
const plainMembers: ReadonlySet<string> = new Set([
  "app_id",
  "event_id",
  "event_name",
  "event_type",
  "event_time",
  "install_time",
  "campaign",
  "media_source",
  "app_version",
  "os_version",
  "sdk_version",
]);

const personalMembers: ReadonlySet<string> = new Set([
  "sender_ip",
  ...Object.keys(eventFields).filter((field) => isEventField(field) && isPersonalField(field)),
  ...[...fieldAliases].flatMap(([alias, field]) => (isPersonalField(field) ? [alias] : [])),
]);

const isPersonalMember = (name: string): boolean => personalMembers.has(name);

/** Shorter ones are parts of everything. */
const valueLengthMin = 4;

const personalValues = ({ fields, enrichment, senderIp }: Event): readonly string[] => {
  const all = { ...enrichment?.fields, ...fields };
  const personal = Object.entries(all).flatMap(([field, value]) =>
    isEventField(field) && isPersonalField(field) ? [String(value)] : [],
  );
  const texts = senderIp === null ? personal : [...personal, senderIp];
  const spellings = texts.filter((text) => text.length >= valueLengthMin).flatMap(spellingsOf);
  // The longest first: what is part of another value must not break it up.
  return [...new Set(spellings)].sort((one, other) => other.length - one.length);
};

const spellingsOf = (value: string): readonly string[] =>
  [value, value.toLowerCase(), value.toUpperCase()].flatMap((text) => [
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
  ]);

const maskedFree = (text: string, values: readonly string[]): string => {
  let masked = text;
  for (const value of values) masked = masked.replaceAll(value, maskText);
  return masked.replace(looksPersonal, maskText);
};
