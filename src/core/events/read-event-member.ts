import { isAbsentId, isAbsentName, isAbsentText } from "#src/core/absent-value.ts";
import { isDeeperThan, knownMemberText, memberText } from "#src/core/json/json-text.ts";
import { isJsonObject, parseJson } from "#src/core/json/parse-json.ts";
import { readTime } from "#src/core/time-text.ts";
import { consentFlags, consentMembers } from "./consent-flags.ts";
import { type EventType, eventTypes, type FieldValue } from "./event.ts";
import { type EventDraft, refuseMember } from "./event-draft.ts";
import { readFlag, readText, refuseField } from "./read-event-field.ts";

/** Objects and arrays inside one member of an event. */
export const eventDepthMax = 32;
/** Of `event_id`, `app_id` and `event_name`: they are keys of indexes. */
const eventKeyCharactersMax = 512;

type MemberReader = (draft: EventDraft, value: unknown) => void;

/** The members that are no plain fields, by wire name. */
export const memberReaders: Readonly<Record<string, MemberReader>> = {
  event_id: (draft, value) => {
    draft.clientEventId = readKey(draft, { name: "event_id", value, isAbsent: isAbsentId });
  },
  app_id: (draft, value) => {
    draft.appId = readKey(draft, { name: "app_id", value, isAbsent: isAbsentName });
  },
  event_name: (draft, value) => {
    draft.name = readKey(draft, { name: "event_name", value, isAbsent: isAbsentName });
  },
  event_type: readType,
  event_time: (draft, value) => {
    if (isAbsent(value)) return;
    draft.time = readTime(value);
    if (draft.time === null) refuseField(draft, ["event_time"], "time");
  },
  is_test: (draft, value) => {
    if (isAbsent(value)) return;
    const flag = readFlag(value);
    if (flag === null) refuseField(draft, ["is_test"], "flag");
    else draft.isTest = flag;
  },
  event_value: readEventValue,
  context: readContext,
  message: readMessage,
  ab_test: (draft, value) => {
    if (!isObjectMember(draft, "ab_test", value)) return;
    draft.abTest = {
      id: readMemberText(draft, ["ab_test", "id"], value["id"]),
      variantId: readMemberText(draft, ["ab_test", "variant_id"], value["variant_id"]),
    };
  },
  sharing_filter: readSharingFilter,
  consent_data: readConsent,
};

const isAbsent = (value: unknown): boolean => value === null || (typeof value === "string" && isAbsentText(value));

type Key = {
  readonly name: string;
  readonly value: unknown;
  readonly isAbsent: (text: string) => boolean;
};

/**
 * A placeholder is no key: it would make one of all events that hold it. Half of a surrogate pair, which no file keeps,
 * is U+FFFD from here on, as in what is sent; in an id it is refused: two events would have the same.
 */
function readKey(draft: EventDraft, { name, value, isAbsent: isAbsentKey }: Key): string | null {
  if (value === null || (typeof value === "string" && isAbsentKey(value))) return null;
  const text = readText(draft.source, name, value);
  if (text === null) {
    refuseField(draft, [name], "text");
  } else if (text.length > eventKeyCharactersMax) {
    const message = `write at most ${eventKeyCharactersMax} characters`;
    refuseMember(draft, "event.field_too_long", { path: [name], message });
  } else if (name === "event_id" && !text.isWellFormed()) {
    const message = "write whole characters: half of a surrogate pair (\\ud83d alone) is none";
    refuseMember(draft, "event.field_type", { path: [name], message });
  }
  return text?.toWellFormed() ?? null;
}

function readType(draft: EventDraft, value: unknown): void {
  if (isAbsent(value)) return;
  const type = eventTypes.find((known: EventType) => known === value);
  if (type !== undefined) draft.type = type;
  else
    refuseMember(draft, "event.type_unknown", {
      path: ["event_type"],
      message: `write one of ${eventTypes.join(", ")}`,
    });
}

/** An object, or text holding one. What is kept is the text, cut from the source, never a reprint. */
function readEventValue(draft: EventDraft, value: unknown): void {
  // `[1]` looks like a macro that nobody filled in, and is a list.
  if (isAbsent(value) && !isListText(value)) return;
  const parsed = typeof value === "string" ? parseJson(value) : { kind: "value" as const, value };
  if (parsed.kind === "not_json" || !isJsonObject(parsed.value)) {
    const message = 'write a JSON object, or text holding one: {"af_revenue": 50.87}';
    refuseMember(draft, "event.value_invalid", { path: ["event_value"], message });
  } else if (isShallow(draft, "event_value", parsed.value)) {
    draft.valueText = typeof value === "string" ? value.trim() : knownMemberText(draft.source, "event_value");
  }
}

const isListText = (value: unknown): boolean => {
  if (typeof value !== "string" || value.charCodeAt(0) !== 0x5b) return false;
  return parseJson(value).kind === "parsed";
};

function readContext(draft: EventDraft, value: unknown): void {
  if (!isObjectMember(draft, "context", value)) return;
  const context: Record<string, FieldValue> = Object.create(null);
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (typeof member === "string" || typeof member === "number" || typeof member === "boolean") context[key] = member;
    else if (member !== null) {
      const message = "context data is flat: write text, a number or a boolean";
      refuseMember(draft, "event.field_type", { path: ["context", key], message });
    }
  }
  draft.context = context;
}

function readMessage(draft: EventDraft, value: unknown): void {
  if (!isObjectMember(draft, "message", value)) return;
  const parameters = value["parameters"] ?? {};
  if (!isJsonObject(parameters)) {
    refuseMember(draft, "event.field_type", { path: ["message", "parameters"], message: "write a JSON object" });
    return;
  }
  draft.message = {
    id: readMemberText(draft, ["message", "id"], value["id"]),
    event: readMemberText(draft, ["message", "event"], value["event"]),
    channel: readMemberText(draft, ["message", "channel"], value["channel"]),
    templateName: readMemberText(draft, ["message", "template_name"], value["template_name"]),
    parameters,
  };
}

/** Text or a number of an object member; without one it is empty. */
function readMemberText(draft: EventDraft, path: readonly [string, string], value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = readText(memberText(draft.source, path[0]) ?? "{}", path[1], value);
  if (text === null) refuseField(draft, path, "text");
  return text ?? "";
}

/**
 * AppsFlyer S2S: an array of partner ids, or `all`. It is a refusal to share, so that what cannot be
 * read is refused and never passed over: a list in one text (`a,b`, `["a"]`) would name no partner.
 */
function readSharingFilter(draft: EventDraft, value: unknown): void {
  if (value === null || (typeof value === "string" && value.trim() === "")) return;
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = names.flatMap((name) => (typeof name === "string" ? [name.trim()] : []));
  if (texts.length !== names.length || texts.some((text) => listInText.test(text))) {
    const message = 'write an array of partner ids, or "all"';
    refuseMember(draft, "event.field_type", { path: ["sharing_filter"], message });
  } else if (texts.length > 0) {
    draft.sharingFilter = texts.some((text) => text.toLowerCase() === "all") ? "all" : texts;
  }
}

const listInText = /^[["{]|,/;

/** A flag that cannot be read must not count as consent. */
function readConsent(draft: EventDraft, value: unknown): void {
  if (!isObjectMember(draft, "consent_data", value)) return;
  checkConsentFlags(draft, ["consent_data"], value);
  for (const name of consentMembers) {
    const said = value[name];
    if (said === undefined || isAbsent(said)) continue;
    if (isJsonObject(said)) checkConsentFlags(draft, ["consent_data", name], said);
    else refuseMember(draft, "event.field_type", { path: ["consent_data", name], message: "write a JSON object" });
  }
  draft.consent = value;
}

function checkConsentFlags(draft: EventDraft, path: readonly string[], said: Readonly<Record<string, unknown>>): void {
  for (const name of consentFlags) {
    if (said[name] !== undefined) checkConsentFlag(draft, [...path, name], said[name]);
  }
}

/** The flag where it stands in the event itself, as in the vendor's raw data, too. */
export function checkConsentFlag(draft: EventDraft, path: readonly string[], value: unknown): void {
  if (!isAbsent(value) && readFlag(value) === null) refuseField(draft, path, "flag");
}

/** Whether the member is an object within the depth; what is not and not absent is refused. */
function isObjectMember(draft: EventDraft, name: string, value: unknown): value is Readonly<Record<string, unknown>> {
  if (isAbsent(value)) return false;
  if (isJsonObject(value)) return isShallow(draft, name, value);
  refuseMember(draft, "event.field_type", { path: [name], message: "write a JSON object" });
  return false;
}

/** Refuses what is nested too deep. */
export function isShallow(draft: EventDraft, name: string, value: unknown): boolean {
  if (!isDeeperThan(value, eventDepthMax)) return true;
  const message = `nest objects and arrays at most ${eventDepthMax} deep`;
  refuseMember(draft, "event.too_deep", { path: [name], message });
  return false;
}
