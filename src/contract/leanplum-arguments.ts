import { type MessageChannel, messageChannels } from "#src/core/catalog/postback-rule.ts";
import { channelNamed } from "#src/core/events/message-events.ts";
import { jsonObject } from "./json-object.ts";

/**
 * Arguments of a Leanplum call, as texts: from the query, a form, or a JSON object (LP-REQ). Given in both, the body's
 * are taken. A list is a text of its own, or an argument that is given more than once.
 */
export type LeanplumArguments = ReadonlyMap<string, readonly string[]>;

export const readLeanplumQuery = (query: string): LeanplumArguments => {
  const given = new Map<string, readonly string[]>();
  for (const [name, value] of new URLSearchParams(query)) given.set(name, [...(given.get(name) ?? []), value]);
  return given;
};

/** A JSON object where it begins as one, whatever its type says: clients name it as they like. Null for what is neither. */
export const readLeanplumBody = (text: string): LeanplumArguments | null => {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return readLeanplumQuery(trimmed);
  const members = jsonObject(parsedOrNull(trimmed));
  if (members === null) return null;
  const given = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(members)) {
    const texts = Array.isArray(value) ? value.map(plainText) : [plainText(value)];
    given.set(
      name,
      texts.filter((one) => one !== null),
    );
  }
  return given;
};

const parsedOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const plainText = (value: unknown): string | null => {
  if (value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

export const mergeLeanplumArguments = (query: LeanplumArguments, body: LeanplumArguments): LeanplumArguments =>
  new Map([...query, ...body]);

/** One argument; empty is as if it were not given. */
export const argumentOf = (given: LeanplumArguments, name: string): string | null => {
  const text = given.get(name)?.[0]?.trim() ?? "";
  return text === "" ? null : text;
};

export type ChannelsReading =
  | { readonly kind: "channels"; readonly channels: readonly MessageChannel[] }
  | { readonly kind: "unknown"; readonly name: string };

/**
 * `[Push Notification, In-app Message]` as the vendor writes it, without quotes; with them; by commas alone; or given
 * more than once. None is all three (SEED-LP). Each stands once, in the vendor's order.
 */
export const readLeanplumChannels = (given: LeanplumArguments): ChannelsReading => {
  const names = (given.get("channels") ?? given.get("channels[]") ?? []).flatMap(namesIn);
  const found = new Set<MessageChannel>();
  for (const name of names) {
    const channel = channelNamed(name);
    if (channel === null) return { kind: "unknown", name };
    found.add(channel);
  }
  return { kind: "channels", channels: messageChannels.filter((channel) => found.has(channel)) };
};

const namesIn = (text: string): readonly string[] =>
  text
    .trim()
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((name) => name !== "");

/**
 * Arguments that can only be the end of a `postbackUrl` which was not encoded: `&event={{Message event}}` became an
 * argument of the call. Taken without them, the template would lack what its author wrote.
 */
export const strayParametersIn = (given: LeanplumArguments): readonly string[] =>
  [...given].flatMap(([name, values]) =>
    name !== "postbackUrl" && values.some((value) => value.includes("{{")) ? [name] : [],
  );

/** A URL that was encoded for a query and came in a body all the same has `%26` for its ampersands (LP-LAMBDA). */
export const plainPostbackUrl = (url: string): string =>
  url.includes("&") || !/\}%26[A-Za-z]/.test(url) ? url : url.replaceAll("}%26", "}&");
