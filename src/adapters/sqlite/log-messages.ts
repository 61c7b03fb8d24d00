import { eventTypes } from "#src/core/events/event.ts";
import { type AppId, appId, eventId, partnerId, receiverId, ruleId } from "#src/core/ids.ts";
import type { LogScope } from "#src/core/permissions/log-scope.ts";
import { deadReasons, postbackStates } from "#src/core/postbacks/postback.ts";
import { type EventFilter, type PostbackFilter, type SearchKey, searchKeyKinds } from "#src/ports/delivery-log.ts";
import type { Flat, FlatReader } from "./flat.ts";

/** What main asks the reader thread; the frame is that of `store-messages.ts`, and names go as texts. */
export const logOperations = [
  "findEvents",
  "readEvent",
  "scanEvents",
  "findPostbacks",
  "checkPostbacks",
  "readPostback",
  "countPostbacks",
  "counters",
] as const;
export type LogOperation = (typeof logOperations)[number];

/** Asks the reader thread. */
export type CallReader = (operation: LogOperation, write: (flat: Flat) => void) => Promise<FlatReader>;

export const pushEventFilter = (flat: Flat, { appId: app, type, name, from, to, key, within }: EventFilter): void => {
  flat.push(app ?? null, type ?? null, name ?? null, from ?? null, to ?? null, key?.kind ?? null, key?.value ?? null);
  flat.push(scopeText(within));
};

export const readEventFilter = (reader: FlatReader): EventFilter => {
  const app = reader.textOrNull();
  const type = oneOf(eventTypes, reader.textOrNull());
  const name = reader.textOrNull();
  const from = reader.numberOrNull();
  const to = reader.numberOrNull();
  const key = readKey(reader);
  return {
    ...(app === null ? {} : { appId: appId(app) }),
    ...(type === null ? {} : { type }),
    ...(name === null ? {} : { name }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(key === null ? {} : { key }),
    ...readScope(reader),
  };
};

export const pushPostbackFilter = (flat: Flat, filter: PostbackFilter): void => {
  flat.push(filter.appId ?? null, filter.partnerId ?? null, filter.ruleId ?? null);
  flat.push(filter.receiverId ?? null, filter.state ?? null);
  flat.push(
    filter.deadReason ?? null,
    filter.eventName ?? null,
    filter.eventId ?? null,
    filter.from ?? null,
    filter.to ?? null,
  );
  flat.push(filter.key?.kind ?? null, filter.key?.value ?? null, scopeText(filter.within));
};

export const readPostbackFilter = (reader: FlatReader): PostbackFilter => {
  const app = reader.textOrNull();
  const partner = reader.textOrNull();
  const rule = reader.textOrNull();
  const receiver = reader.textOrNull();
  const state = oneOf(postbackStates, reader.textOrNull());
  const deadReason = oneOf(deadReasons, reader.textOrNull());
  const eventName = reader.textOrNull();
  const event = reader.textOrNull();
  const from = reader.numberOrNull();
  const to = reader.numberOrNull();
  const key = readKey(reader);
  return {
    ...(app === null ? {} : { appId: appId(app) }),
    ...(partner === null ? {} : { partnerId: partnerId(partner) }),
    ...(rule === null ? {} : { ruleId: ruleId(rule) }),
    ...(receiver === null ? {} : { receiverId: receiverId(receiver) }),
    ...(state === null ? {} : { state }),
    ...(deadReason === null ? {} : { deadReason }),
    ...(eventName === null ? {} : { eventName }),
    ...(event === null ? {} : { eventId: eventId(event) }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(key === null ? {} : { key }),
    ...readScope(reader),
  };
};

const scopeText = (within: LogScope | undefined): string | null =>
  within === undefined ? null : JSON.stringify(within);

const readScope = (reader: FlatReader): { readonly within?: LogScope } => {
  const text = reader.textOrNull();
  return text === null ? {} : { within: JSON.parse(text) };
};

const readKey = (reader: FlatReader): SearchKey | null => {
  const kind = oneOf(searchKeyKinds, reader.textOrNull());
  const value = reader.textOrNull();
  return kind === null || value === null ? null : { kind, value };
};

const oneOf = <Name extends string>(names: readonly Name[], text: string | null): Name | null =>
  names.find((name) => name === text) ?? null;

/** What rows are found by, beside the ids that people have. Hashed, see `hashText`. */
export const searchTerms = {
  app: (app: AppId | string): string => `app\n${app}`,
  name: (name: string): string => `name\n${name}`,
  type: (type: string): string => `type\n${type}`,
  receiver: (receiver: string): string => `receiver\n${receiver}`,
  rule: (rule: string): string => `rule\n${rule}`,
  partner: (partner: string): string => `partner\n${partner}`,
  /** Any id, whichever field it stands in. */
  value: (value: string): string => `value\n${value}`,
};
