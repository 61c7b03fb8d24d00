import { eventBytesMax } from "#src/core/events/parse-event.ts";
import { jsonMembers } from "#src/core/json/json-text.ts";
import { isJsonObject, parseJson } from "#src/core/json/parse-json.ts";
import { exceedsUtf8Bytes } from "#src/core/utf8-bytes.ts";

/** An event while it is put in Carom's words: the JSON text of each member by its name, exactly as it came. */
export type EventMembers = Map<string, string>;

/** Null for what is no JSON object, or larger than an event may be: intake says so better than a translation could. */
export const readMembers = (text: string): EventMembers | null => {
  if (exceedsUtf8Bytes(text, eventBytesMax)) return null;
  const parsed = parseJson(text);
  return parsed.kind === "parsed" && isJsonObject(parsed.value) ? new Map(jsonMembers(text)) : null;
};

/** The event as `POST /v1/events` takes it. */
export const eventText = (members: EventMembers): string =>
  `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;

/** Sets a member that the event does not tell itself. */
export const setMissing = (members: EventMembers, name: string, text: string | undefined): void => {
  if (text !== undefined && !members.has(name)) members.set(name, text);
};
