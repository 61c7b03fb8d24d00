import type { EventType } from "#src/core/events/event.ts";
import { jsonMembers, textOfJson } from "#src/core/json/json-text.ts";
import { type EventMembers, setMissing } from "#src/http/compat/event-members.ts";
import { attributionFields, type SegmentField, type SegmentType, segmentFields } from "./segment-fields.ts";

/**
 * A message of Segment in Carom's words. The properties (of identify and group the traits) are the event's value,
 * their text as it came; the whole `context` is kept as `segment_context`.
 */
export const translateMessage = (message: EventMembers, type: SegmentType): EventMembers => {
  const event: EventMembers = new Map();
  const read = reader(message);
  setMissing(event, "event_id", message.get("messageId"));
  const name = nameOf(type, read);
  if (name !== null) event.set("event_name", JSON.stringify(name));
  const kind = type === "track" && name !== null ? lifecycleTypes.get(name) : undefined;
  if (kind !== undefined) event.set("event_type", JSON.stringify(kind));
  const isAttribution = type === "track" && name === installAttributed;
  // An app that tells both has two rows of one install: by this flag `all_sources` sends the other, and `partner_only` this one.
  if (isAttribution) event.set("is_primary_attribution", "false");
  const time = [message.get("timestamp"), message.get("originalTimestamp")].find((text) => !isNothing(text));
  setMissing(event, "event_time", time);
  const value = objectOnly(message.get(type === "identify" || type === "group" ? "traits" : "properties"));
  setMissing(event, "event_value", value);
  const system = systemOf(read);
  for (const row of isAttribution ? [...attributionFields, ...segmentFields] : segmentFields)
    if (isFor(row, system)) setMissing(event, row.field, takenText(row, read(row.path)));
  setMissing(event, "event_source", sourceOf(read("context.library.name")));
  setMissing(event, "sharing_filter", sharingFilter(message.get("integrations")));
  event.set("segment_type", JSON.stringify(type));
  setMissing(event, "segment_context", objectOnly(message.get("context")));
  setMissing(event, "group_id", message.get("groupId"));
  setMissing(event, "previous_id", message.get("previousId"));
  return event;
};

/** JSON text of what stands at a path of the message. */
type Read = (path: string) => string | undefined;

const reader = (message: EventMembers): Read => {
  const objects = new Map<string, EventMembers>([["", message]]);
  const objectAt = (path: string): EventMembers => {
    const known = objects.get(path);
    if (known !== undefined) return known;
    const text = objectOnly(read(path));
    const members: EventMembers = text === undefined ? new Map() : new Map(jsonMembers(text));
    objects.set(path, members);
    return members;
  };
  const read: Read = (path) => {
    const dot = path.lastIndexOf(".");
    return objectAt(dot === -1 ? "" : path.slice(0, dot)).get(path.slice(dot + 1));
  };
  return read;
};

const objectOnly = (text: string | undefined): string | undefined =>
  text?.startsWith("{") === true ? text : undefined;
const isNothing = (text: string | undefined): boolean => text === undefined || text === "null" || text === '""';

/** Plain text of a string or number; null for everything else. */
const plainText = (text: string | undefined): string | null =>
  text === undefined || isNothing(text) || /^[[{tf]/.test(text) ? null : textOfJson(text);

const installAttributed = "Install Attributed";

/** Segment's own names for what happens in an app's life. */
export const lifecycleTypes: ReadonlyMap<string, EventType> = new Map([
  ["Application Installed", "install"],
  [installAttributed, "install"],
  ["Application Opened", "session"],
  ["Application Uninstalled", "uninstall"],
]);

const nameOf = (type: SegmentType, read: Read): string | null => {
  switch (type) {
    case "track":
      return plainText(read("event"));
    case "page":
      return viewed(read, "Page");
    case "screen":
      return viewed(read, "Screen");
    case "identify":
    case "group":
    case "alias":
      return type;
  }
};

/** As Segment names pages and screens for tools that know events only. */
const viewed = (read: Read, what: "Page" | "Screen"): string => {
  const named = [plainText(read("category")), plainText(read("name"))].filter((text) => text !== null);
  return named.length === 0 ? `Loaded a ${what}` : `Viewed ${named.join(" ")} ${what}`;
};

type System = "ios" | "android" | "other";

const systemOf = (read: Read): System => {
  const name = (plainText(read("context.device.type")) ?? plainText(read("context.os.name")) ?? "").toLowerCase();
  if (/^(?:ios|ipados|iphone|ipad)/.test(name)) return "ios";
  return name.startsWith("android") ? "android" : "other";
};

const isFor = ({ only }: SegmentField, system: System): boolean => {
  if (only === undefined) return true;
  return only === "not_ios" ? system !== "ios" : system === (only === "neither" ? "other" : only);
};

const takenText = ({ taken }: SegmentField, text: string | undefined): string | undefined => {
  if (text === undefined || isNothing(text)) return undefined;
  switch (taken) {
    case "text":
      return plainText(text) === null ? undefined : text;
    case "number":
      return /^"?\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*"?$/i.test(text) ? text : undefined;
    case "flag":
      return text === "true" || text === "false" ? text : undefined;
    case "contrary_flag":
      return text === "true" ? "false" : text === "false" ? "true" : undefined;
    case "country":
      return /^"[A-Za-z]{2}"$/.test(text) ? text.toUpperCase() : undefined;
  }
};

const devices = /analytics(?:\.js|-ios|-android|-kotlin|-swift|-react-native|-flutter)|analytics_flutter/i;
const servers = /analytics-(?:node|python|ruby|go|java|php|\.net|rust|clojure)|^analytics\.net/i;

/** Whether the library runs on a device or on a server: only a device's own address is the user's. */
const sourceOf = (library: string | undefined): string | undefined => {
  const name = plainText(library) ?? "";
  if (servers.test(name)) return '"S2S"';
  return devices.test(name) ? '"SDK"' : undefined;
};

/**
 * Partners that `integrations` switches off. `All: false` with exceptions cannot be said here: then nobody is told,
 * which errs on the side of the user.
 */
const sharingFilter = (integrations: string | undefined): string | undefined => {
  const text = objectOnly(integrations);
  if (text === undefined) return undefined;
  const off = jsonMembers(text).filter(([, value]) => value === "false");
  if (off.some(([name]) => name.toLowerCase() === "all")) return '"all"';
  const names = off.map(([name]) => name).filter((name) => !/^\s*["{[]|,/.test(name) && name.trim() !== "");
  return names.length === 0 ? undefined : JSON.stringify(names);
};
