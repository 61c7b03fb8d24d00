import type { Event } from "#src/core/events/event.ts";
import { afPrtOf } from "#src/core/events/event-agency.ts";
import { searchKeysOf } from "#src/core/events/search-keys.ts";
import type { EventId, PostbackId } from "#src/core/ids.ts";
import { holdsEvent, holdsReceiver } from "#src/core/permissions/log-scope.ts";
import type {
  EventFilter,
  Found,
  Page,
  PostbackDetail,
  PostbackFilter,
  PostbackSummary,
  Scanned,
  SearchKey,
  StoredEvent,
} from "#src/ports/delivery-log.ts";
import { type EventRow, type PostbackRow, rowById, type Tables } from "./tables.ts";

export const findEvents = (tables: Tables, filter: EventFilter, page: Page): Found<StoredEvent> => {
  const rows = [...tables.events.values()].filter((row) => eventPasses(row.event, filter));
  return pageOf(rows, page, (row) => storedEvent(tables, row));
};

export const readEvent = (tables: Tables, id: EventId): StoredEvent | null => {
  const row = tables.events.get(id);
  return row === undefined ? null : storedEvent(tables, row);
};

export const scanEvents = (tables: Tables, filter: EventFilter, { limit, cursor }: Page): Scanned => {
  const rows = [...tables.events.values()]
    .filter((row) => isWithin(row.event.receivedAt, filter) && row.sequence > Number(cursor ?? 0))
    .toSorted((one, other) => one.sequence - other.sequence);
  const looked = rows.slice(0, limit);
  const items = looked
    .filter((row) => eventPasses(row.event, filter))
    .map((row) => ({ event: row.event, decisions: row.decisions, cursor: String(row.sequence) }));
  const left = rows.length - looked.length;
  return { items, looked: looked.length, left, nextCursor: left === 0 ? null : String(looked.at(-1)?.sequence) };
};

export const findPostbacks = (tables: Tables, filter: PostbackFilter, page: Page): Found<PostbackSummary> =>
  pageOf(matchingPostbacks(tables, filter), page, postbackSummary);

export const countPostbacks = (tables: Tables, filter: PostbackFilter, max: number): number =>
  Math.min(max, matchingPostbacks(tables, filter).length);

export const readPostback = (tables: Tables, id: PostbackId): PostbackDetail | null => {
  const row = rowById(tables, id);
  if (row === null) return null;
  return {
    ...postbackSummary(row),
    attemptLog: row.attemptLog.toSorted((one, other) => one.number - other.number),
    request: row.postback.request,
    renderMessage: row.renderMessage,
  };
};

/** Newest first. A cursor names the last row shown, so that rows coming in or going move nothing. */
const pageOf = <Row extends { readonly sequence: number }, Item>(
  rows: readonly Row[],
  { limit, cursor }: Page,
  itemOf: (row: Row) => Item,
): Found<Item> => {
  const newestFirst = rows.toSorted((one, other) => other.sequence - one.sequence);
  const rest = cursor === null ? newestFirst : newestFirst.filter((row) => row.sequence < Number(cursor));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rest.length > shown.length && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: hasMore ? String(last.sequence) : null };
};

const eventPasses = (event: Event, filter: EventFilter): boolean =>
  isWanted(filter.appId, event.appId) &&
  isWanted(filter.type, event.type) &&
  isWanted(filter.name, event.name) &&
  isWithin(event.receivedAt, filter) &&
  hasKey(event, filter.key) &&
  (filter.within === undefined || holdsEvent(filter.within, event.appId, () => afPrtOf(event)));

const matchingPostbacks = (tables: Tables, filter: PostbackFilter): readonly PostbackRow[] =>
  [...tables.postbacks.values()].filter((row) => postbackPasses(tables, row, filter));

const postbackPasses = (tables: Tables, row: PostbackRow, filter: PostbackFilter): boolean => {
  const event = tables.events.get(row.postback.eventId)?.event;
  return (
    isWanted(filter.appId, row.appId) &&
    isWanted(filter.partnerId, row.owner?.partnerId ?? null) &&
    isWanted(filter.ruleId, row.owner?.ruleId ?? null) &&
    isWanted(filter.receiverId, row.postback.receiverId) &&
    (filter.within === undefined || holdsReceiver(filter.within, row.postback.receiverId)) &&
    isWanted(filter.state, row.state) &&
    isWanted<PostbackRow["reason"]>(filter.deadReason, row.reason) &&
    isWanted(filter.eventName, row.eventName) &&
    isWanted(filter.eventId, row.postback.eventId) &&
    isWithin(row.postback.createdAt, filter) &&
    event !== undefined &&
    hasKey(event, filter.key)
  );
};

const isWanted = <Value>(wanted: Value | undefined, value: Value | null): boolean =>
  wanted === undefined || wanted === value;

const isWithin = (at: number, { from, to }: { readonly from?: number; readonly to?: number }): boolean =>
  (from === undefined || at >= from) && (to === undefined || at < to);

const hasKey = (event: Event, key: SearchKey | undefined): boolean =>
  key === undefined || searchKeysOf(event).some(({ kind, value }) => kind === key.kind && value === key.value);

const storedEvent = (tables: Tables, row: EventRow): StoredEvent => ({
  event: row.event,
  decisions: row.decisions,
  postbackIds: row.postbacks.flatMap((sequence) => tables.postbacks.get(sequence)?.postback.id ?? []),
});

const postbackSummary = (row: PostbackRow): PostbackSummary => ({
  postback: row.postback,
  appId: row.appId,
  partnerId: row.owner?.partnerId ?? null,
  ruleId: row.owner?.ruleId ?? null,
  eventName: row.eventName,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  dueAt: row.state === "pending" ? row.dueAt : null,
  endedAt: row.endedAt,
  lastStatus: lastStatus(row),
});

const lastStatus = (row: PostbackRow): number | null => {
  for (const { exchange } of row.attemptLog.toReversed()) {
    if (exchange.answer.kind === "response") return exchange.answer.status;
  }
  return null;
};
