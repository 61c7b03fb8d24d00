import { isAbsentText } from "./absent-value.ts";
import { type EventType, eventTypes, type FieldValue } from "./event.ts";
import { type EventDraft, refuseMember } from "./event-draft.ts";
import { isDeeperThan, memberText } from "./json-text.ts";
import { isJsonObject, parseJson } from "./parse-json.ts";
import { readFlag, readText, refuseField } from "./read-event-field.ts";
import { readTime } from "./time-text.ts";

/** Objects and arrays inside one member of an event. */
export const eventDepthMax = 32;
/** Of `event_id`, `app_id` and `event_name`: they are keys of indexes. */
const eventKeyCharactersMax = 512;

type MemberReader = (draft: EventDraft, value: unknown) => void;

/** The members that are no plain fields, by wire name. */
export const memberReaders: Readonly<Record<string, MemberReader>> = {
  event_id: (draft, value) => {
    draft.clientEventId = readKey(draft, "event_id", value);
  },
  app_id: (draft, value) => {
    draft.appId = readKey(draft, "app_id", value);
  },
  event_name: (draft, value) => {
    draft.name = readKey(draft, "event_name", value);
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
  consent_data: (draft, value) => {
    if (isObjectMember(draft, "consent_data", value)) draft.consent = value;
  },
};

const isAbsent = (value: unknown): boolean => value === null || (typeof value === "string" && isAbsentText(value));

function readKey(draft: EventDraft, name: string, value: unknown): string | null {
  if (value === null || value === "") return null;
  const text = readText(draft.source, name, value);
  if (text === null) {
    refuseField(draft, [name], "text");
  } else if (text.length > eventKeyCharactersMax) {
    const message = `write at most ${eventKeyCharactersMax} characters`;
    refuseMember(draft, "event.field_too_long", { path: [name], message });
  }
  return text;
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
  if (isAbsent(value)) return;
  if (typeof value !== "string") {
    if (isObjectMember(draft, "event_value", value)) draft.valueText = memberText(draft.source, "event_value");
    return;
  }
  const parsed = parseJson(value);
  if (parsed.kind === "not_json" || !isJsonObject(parsed.value)) {
    const message = 'write a JSON object, or text holding one: {"af_revenue": 50.87}';
    refuseMember(draft, "event.value_invalid", { path: ["event_value"], message });
  } else if (isShallow(draft, "event_value", parsed.value)) {
    draft.valueText = value.trim();
  }
}

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

/** AppsFlyer S2S: an array of partner ids, or `all`. */
function readSharingFilter(draft: EventDraft, value: unknown): void {
  if (isAbsent(value)) return;
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = names.filter((name) => typeof name === "string");
  if (texts.length !== names.length) {
    const message = 'write an array of partner ids, or "all"';
    refuseMember(draft, "event.field_type", { path: ["sharing_filter"], message });
  } else if (texts.length > 0) {
    draft.sharingFilter = texts.includes("all") ? "all" : texts;
  }
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
