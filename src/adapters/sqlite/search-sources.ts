import type { DatabaseSync } from "node:sqlite";
import type { Event } from "#src/core/event.ts";
import { appId, receiverId } from "#src/core/ids.ts";
import { partnerOfReceiver } from "#src/core/receiver.ts";
import { searchKeysOf } from "#src/core/search-keys.ts";
import { integerAt, oneInteger, prepare } from "./columns.ts";
import { eventColumns, readStoredEvent } from "./event-rows.ts";
import { hashText } from "./key-hash.ts";
import { searchTerms } from "./log-messages.ts";
import type { LogRows } from "./log-rows.ts";
import type { SearchLog } from "./search-file.ts";
import type { LogSource } from "./search-index.ts";
import type { OpenSegment } from "./search-segment.ts";

/** Postbacks come right after their event: what they take from it need not be read again. */
const eventsRememberedMax = 5000;
const textsRememberedMax = 50_000;

/** The logs that search follows, and what the rows of each are found by. */
export const searchSources = (database: DatabaseSync, rows: LogRows): Readonly<Record<SearchLog, LogSource>> => {
  const about: EventFacts = new Map();
  return {
    events: eventSource(database, rows, about),
    postbacks: postbackSource(database, rows, about),
    amendments: amendmentSource(database, rows),
  };
};

type EventFacts = Map<number, { readonly app: string; readonly name: string }>;

const eventSource = (database: DatabaseSync, rows: LogRows, about: EventFacts): LogSource => {
  const select = inBothTables((table) =>
    prepare(database, `SELECT ${eventColumns} FROM ${table} WHERE sequence BETWEEN ? AND ? ORDER BY sequence`),
  )("event");
  const textOf = (name: number): string => rows.names.textOf(name);
  return {
    log: "events",
    ...ends(database, "event", "sequence"),
    addRows: (segment, first, last) => {
      for (const statement of select) {
        for (const row of statement.iterate(first, last)) {
          const sequence = integerAt(row, 0);
          const event = readStoredEvent(row, textOf);
          if (about.size >= eventsRememberedMax) about.clear();
          about.set(sequence, { app: event.appId, name: event.name });
          segment.addTime(event.receivedAt);
          addEventKeys(segment, sequence, event);
        }
      }
    },
  };
};

const addEventKeys = (segment: OpenSegment, sequence: number, event: Event): void => {
  segment.addKey(sequence, hashRepeated(searchTerms.app(event.appId)));
  segment.addKey(sequence, hashRepeated(searchTerms.name(event.name)));
  segment.addKey(sequence, hashRepeated(searchTerms.type(event.type)));
  for (const key of searchKeysOf(event)) segment.addKey(sequence, hashText(searchTerms.key(key)));
};

const postbackSource = (database: DatabaseSync, rows: LogRows, about: EventFacts): LogSource => {
  const select = inBothTables((table) =>
    prepare(
      database,
      `SELECT sequence, event, receiver, created_at FROM ${table} WHERE sequence BETWEEN ? AND ? ORDER BY sequence`,
    ),
  )("postback");
  const factsOf = (event: number): { readonly app: string; readonly name: string } | null => {
    const known = about.get(event);
    if (known !== undefined) return known;
    const found = rows.event(event);
    return found === null ? null : { app: found.event.appId, name: found.event.name };
  };
  return {
    log: "postbacks",
    ...ends(database, "postback", "sequence"),
    addRows: (segment, first, last) => {
      for (const statement of select) {
        for (const row of statement.iterate(first, last)) {
          const sequence = integerAt(row, 0);
          const facts = factsOf(integerAt(row, 1));
          if (facts === null) continue;
          const receiver = rows.names.textOf(integerAt(row, 2));
          segment.addTime(integerAt(row, 3));
          segment.addKey(sequence, hashRepeated(searchTerms.app(facts.app)));
          segment.addKey(sequence, hashRepeated(searchTerms.name(facts.name)));
          segment.addKey(sequence, hashRepeated(searchTerms.receiver(receiver)));
          segment.addKey(sequence, hashRepeated(searchTerms.partner(partnerOf(receiver, facts.app))));
        }
      }
    },
  };
};

/** An event amended by a late install is found by the ids that the install brought, too. */
const amendmentSource = (database: DatabaseSync, rows: LogRows): LogSource => {
  const select = prepare(
    database,
    "SELECT position, event, amended_at FROM amendment WHERE position BETWEEN ? AND ? ORDER BY position",
  );
  return {
    log: "amendments",
    ...ends(database, "amendment", "position"),
    addRows: (segment, first, last) => {
      for (const row of select.iterate(first, last)) {
        const found = rows.event(integerAt(row, 1));
        segment.addTime(integerAt(row, 2));
        if (found === null) continue;
        for (const key of searchKeysOf(found.event)) segment.addKey(integerAt(row, 0), hashText(searchTerms.key(key)));
      }
    },
  };
};

export const partnerOf = (receiver: string, app: string): string => partnerOfReceiver(receiverId(receiver), appId(app));

const ends = (database: DatabaseSync, table: string, column: string): Pick<LogSource, "newest" | "oldest"> => {
  const newest = prepare(database, `SELECT max(${column}) FROM ${table}`);
  const oldest = prepare(database, `SELECT min(${column}) FROM ${table}`);
  return { newest: () => oneInteger(newest) ?? 0, oldest: () => oneInteger(oldest) ?? 0 };
};

/** Kept rows are older than all that are in their place: in this order sequences only grow. */
const inBothTables =
  <Statement>(prepareFor: (table: string) => Statement) =>
  (table: string): readonly Statement[] => [prepareFor(`kept_${table}`), prepareFor(table)];

const hashes = new Map<string, number>();

/** Of texts that come again and again: each is hashed once. */
const hashRepeated = (text: string): number => {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  if (hashes.size >= textsRememberedMax) hashes.clear();
  const hash = hashText(text);
  hashes.set(text, hash);
  return hash;
};
