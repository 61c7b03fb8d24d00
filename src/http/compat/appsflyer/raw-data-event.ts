import { isAbsentText } from "#src/core/absent-value.ts";
import type { EventType } from "#src/core/events/event.ts";
import { textOfJson } from "#src/core/json/json-text.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import { type EventMembers, setMissing } from "#src/http/compat/event-members.ts";
import { kindOfEndpoint, kindOfName } from "./event-kind.ts";
import { pushFields, reportFields } from "./raw-data-fields.ts";

/**
 * A row of AppsFlyer's raw data in Carom's words. `null`, `""` and `"None"` are no values; what the row
 * does not tell by its name it may tell by another; the kind of event is told by the endpoint's address
 * (`event_type`), by the event's name, or without one by the conversion.
 */
export const translateRow = (row: EventMembers, hashes: Hashes): EventMembers => {
  const told: EventMembers = new Map([...row].filter(([, text]) => !isNothing(text)));
  const translated: EventMembers = new Map();
  for (const [name, text] of told) if (isOwnName(name)) translated.set(name, text);
  for (const [name, text] of told) setMissing(translated, targetOf(name), text);
  for (const [name, text] of told) if (isTimeElsewhere(name)) setMissing(translated, name, text);
  const att = attStatus(translated.get("att"));
  if (att !== null) translated.set("att", att);
  const kind = kindOf(told);
  if (kind !== null) translated.set("event_type", JSON.stringify(kind));
  setMissing(translated, "event_id", rowId(told, hashes));
  return translated;
};

const isNothing = (text: string): boolean => text === "null" || (text.startsWith('"') && isAbsentText(plain(text)));
const plain = (text: string): string => textOfJson(text) ?? "";

const targets: ReadonlyMap<string, string> = new Map(Object.entries({ ...pushFields, ...reportFields }));
const keptAsIs: ReadonlySet<string> = new Set(["extra", "consent"]);

/** The member that a field of the row is here; an unknown one keeps its name. */
const targetOf = (name: string): string => {
  const target = targets.get(name);
  return target === undefined || keptAsIs.has(target) ? name : target;
};
const isOwnName = (name: string): boolean => targetOf(name) === name;
/** Times in the zone of the customer's account are kept beside those in UTC. */
const isTimeElsewhere = (name: string): boolean => name.endsWith("_selected_timezone");

/** Raw data writes Apple's status in words, server-to-server events in figures. */
const attStatuses: Readonly<Record<string, string>> = {
  notdetermined: "0",
  restricted: "1",
  denied: "2",
  authorized: "3",
  authorised: "3",
  afauthorized: "3",
};
const attStatus = (text: string | undefined): string | null => {
  const status =
    text === undefined
      ? ""
      : plain(text)
          .toLowerCase()
          .replaceAll(/[-_\s]/g, "");
  return Object.hasOwn(attStatuses, status) ? (attStatuses[status] ?? null) : null;
};

/** Null leaves what is there as it is: an in-app event, or an `event_type` that intake knows or refuses. */
const kindOf = (told: EventMembers): EventType | null => {
  const endpoint = told.get("event_type");
  if (endpoint !== undefined) return kindOfEndpoint(plain(endpoint));
  const name = told.get("event_name");
  if (name !== undefined) return kindOfName(plain(name));
  const conversion = told.get("conversion_type");
  return conversion === undefined ? null : kindOfName(plain(conversion));
};

/** Says how a row was sent, and not what happened. */
const tellsSending: ReadonlySet<string> = new Set(["postback_retry", "api_version"]);

/**
 * An id made of all that the row tells, so that a row which is sent again is known, while the two rows of
 * a double attribution stay two. Without a time and a device nothing tells equal events apart: such a row has none.
 */
const rowId = (told: EventMembers, hashes: Hashes): string | undefined => {
  const hasTime = told.has("event_time") || told.has("event_time_selected_timezone");
  const hasDevice = told.has("appsflyer_id") || told.has("install_id") || told.has("customer_user_id");
  if (!hasTime || !hasDevice) return undefined;
  const lines = [...told]
    .filter(([name]) => !tellsSending.has(name))
    .map(([name, text]) => JSON.stringify([name, plain(text)]))
    .toSorted();
  return JSON.stringify(`af-${hashes.sha256(lines.join("\n")).slice(0, 40)}`);
};
