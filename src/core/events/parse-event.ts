import { type AppId, appId, type EventId } from "#src/core/ids.ts";
import { findJsonFault, placeInText } from "#src/core/json/json-fault.ts";
import { isJsonObject, type JsonObject, parseJson } from "#src/core/json/parse-json.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import type { Problem } from "#src/core/problem.ts";
import { exceedsUtf8Bytes } from "#src/core/utf8-bytes.ts";
import { isConsentFlag } from "./consent-flags.ts";
import type { Event } from "./event.ts";
import { type EventDraft, newEventDraft, refuseMember } from "./event-draft.ts";
import { fieldAliases } from "./event-field-aliases.ts";
import { type EventField, eventFields, isEventField } from "./event-fields.ts";
import { type FieldOfMember, readField } from "./read-event-field.ts";
import { checkConsentFlag, isShallow, memberReaders } from "./read-event-member.ts";

/** Of one event's JSON text, as UTF-8. */
export const eventBytesMax = 65_536;

export type EventInput = {
  /** The event's JSON text as it came; kept, and what the event's values are cut from. */
  readonly source: string;
  /** `JSON.parse(source)`, where the caller has it already. */
  readonly members?: unknown;
  readonly id: EventId;
  readonly receivedAt: number;
  readonly senderIp: string | null;
  /** The app of an event that names none: the one its key speaks for. */
  readonly defaultAppId: AppId | null;
};

export type ParsedEvent =
  | { readonly kind: "event"; readonly event: Event }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/**
 * One event of the intake contract (api.md, Sending events). All problems are told, not the first.
 * Members that are not declared are kept in `extra`; names of the prototype are names like any other.
 */
export function parseEvent(input: EventInput): ParsedEvent {
  if (exceedsUtf8Bytes(input.source, eventBytesMax)) {
    return refused(
      "event.too_large",
      `an event takes at most ${eventBytesMax} bytes; send less in event_value or extra members`,
    );
  }
  const members = readMembers(input);
  if (members.kind === "refused") return members;
  const draft = newEventDraft(input.source);
  for (const name of Object.keys(members.members)) readMember(draft, name, members.members[name]);
  return finish(draft, input);
}

const refused = (code: string, message: string): ParsedEvent & { kind: "refused" } => ({
  kind: "refused",
  problems: [{ path: [], code, message }],
});

function readMembers(
  input: EventInput,
): { readonly kind: "members"; readonly members: JsonObject } | (ParsedEvent & { readonly kind: "refused" }) {
  let value = input.members;
  if (value === undefined) {
    const parsed = parseJson(input.source);
    if (parsed.kind === "not_json") return refused("event.not_json", notJsonMessage(input.source));
    value = parsed.value;
  }
  return isJsonObject(value)
    ? { kind: "members", members: value }
    : refused("event.not_an_object", 'an event is one JSON object: {"event_name": "…", …}');
}

const notJsonMessage = (source: string): string => {
  const place = placeInText(source, findJsonFault(source) ?? 0);
  return `an event is one JSON object; this is not JSON at its ${place}`;
};

/** How each declared field is read, by the name it may come with. A map, so that `constructor` finds nothing. */
const fieldsOfMembers: ReadonlyMap<string, FieldOfMember> = new Map([
  ...Object.keys(eventFields)
    .filter(isEventField)
    .map((name) => fieldOfMember(name, name)),
  ...[...fieldAliases].map(([alias, field]) => fieldOfMember(alias, field)),
]);

function fieldOfMember(name: string, field: EventField): [string, FieldOfMember] {
  return [name, { name, field, kind: eventFields[field].kind }];
}

const readers: ReadonlyMap<string, (draft: EventDraft, value: unknown) => void> = new Map(
  Object.entries(memberReaders),
);

function readMember(draft: EventDraft, name: string, value: unknown): void {
  const field = fieldsOfMembers.get(name);
  if (field !== undefined) {
    // Another name for a field gives way to Carom's own, in either order.
    if (name !== field.field && draft.fields[field.field] !== undefined) return;
    readField(draft, value, field);
    return;
  }
  const reader = readers.get(name);
  if (reader !== undefined) {
    reader(draft, value);
    return;
  }
  if (typeof value === "object" && !isShallow(draft, name, value)) return;
  if (isConsentFlag(name)) checkConsentFlag(draft, [name], value);
  const extra: Record<string, unknown> = draft.extra ?? Object.create(null);
  extra[name] = value;
  draft.extra = extra;
}

const noExtra: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

function finish(draft: EventDraft, input: EventInput): ParsedEvent {
  const app = draft.appId === null ? input.defaultAppId : appId(draft.appId);
  const name = draft.name ?? defaultName(draft);
  if (app === null) refuseMissing(draft, "app_id", "event.app_missing");
  if (name === null) refuseMissing(draft, "event_name", "event.name_missing");
  if (app === null || name === null || draft.problems.length > 0) return { kind: "refused", problems: draft.problems };
  return {
    kind: "event",
    event: {
      id: input.id,
      appId: app,
      clientEventId: draft.clientEventId,
      type: draft.type,
      name,
      time: draft.time ?? input.receivedAt,
      receivedAt: input.receivedAt,
      isTest: draft.isTest,
      fields: draft.fields,
      valueText: draft.valueText,
      context: draft.context,
      message: draft.message,
      abTest: draft.abTest,
      sharingFilter: draft.sharingFilter,
      consent: draft.consent,
      extra: draft.extra ?? noExtra,
      source: input.source,
      senderIp: input.senderIp,
      ipCountry: null,
      enrichment: null,
    },
  };
}

/** Events whose kind says what happened may go without a name of their own; an in-app event may not. */
const defaultName = (draft: EventDraft): string | null => (draft.type === "in_app_event" ? null : draft.type);

function refuseMissing(draft: EventDraft, name: "app_id" | "event_name", code: string): void {
  // One that came and was refused has been told of.
  if (draft.problems.some((problem) => problem.path[0] === name)) return;
  const message = name === "app_id" ? "name the app that the event comes from" : "name the event as the app calls it";
  const meant = Object.keys(draft.extra ?? noExtra).find((member) => nearestName(member, [name]) !== null);
  const hint = meant === undefined ? "" : `; did you mean ${name} by ${meant}?`;
  refuseMember(draft, code, { path: [name], message: `${message}${hint}` });
}
