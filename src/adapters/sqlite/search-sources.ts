import type { DatabaseSync } from "node:sqlite";
import { appId, receiverId } from "#src/core/ids.ts";
import { partnerOfReceiver } from "#src/core/receiver.ts";
import { searchKeysOf } from "#src/core/search-keys.ts";
import { integerAt, oneInteger, prepare, textAt, textOrNullAt } from "./columns.ts";
import { hashText } from "./key-hash.ts";
import { searchTerms } from "./log-messages.ts";
import type { LogRows } from "./log-rows.ts";
import type { SearchLog } from "./search-file.ts";
import type { LogSource } from "./search-index.ts";
import { searchedValues } from "./searched-values.ts";

const textsRememberedMax = 50_000;

/** The logs that search follows, and what the rows of each are found by. */
export const searchSources = (database: DatabaseSync, rows: LogRows): Readonly<Record<SearchLog, LogSource>> => {
  return {
    events: eventSource(database, rows),
    postbacks: postbackSource(database, rows),
    amendments: amendmentSource(database, rows),
  };
};

const eventSource = (database: DatabaseSync, rows: LogRows): LogSource => {
  const select = inBothTables("event").map((table) =>
    prepare(
      database,
      `SELECT sequence, app, received_at, type, name, enrichment, source FROM ${table} WHERE sequence BETWEEN ? AND ? ORDER BY sequence`,
    ),
  );
  return {
    log: "events",
    ...ends(database, "event", "sequence"),
    addRows: (segment, first, last) => {
      for (const statement of select) {
        for (const row of statement.iterate(first, last)) {
          const sequence = integerAt(row, 0);
          segment.addTime(integerAt(row, 2));
          segment.addKey(sequence, hashRepeated(searchTerms.app(rows.names.textOf(integerAt(row, 1)))));
          segment.addKey(sequence, hashRepeated(searchTerms.type(textAt(row, 3))));
          segment.addKey(sequence, hashRepeated(searchTerms.name(textAt(row, 4))));
          const values = searchedValues(textAt(row, 6), textOrNullAt(row, 5)) ?? keyValues(rows, sequence);
          for (const value of values) segment.addKey(sequence, hashText(searchTerms.value(value)));
        }
      }
    },
  };
};

const postbackSource = (database: DatabaseSync, rows: LogRows): LogSource => {
  const select = inBothTables("postback").map((table) =>
    prepare(
      database,
      `SELECT postback.sequence, postback.receiver, postback.created_at, event.app, event.name
       FROM ${table} AS postback JOIN any_event AS event ON event.sequence = postback.event
       WHERE postback.sequence BETWEEN ? AND ? ORDER BY postback.sequence`,
    ),
  );
  return {
    log: "postbacks",
    ...ends(database, "postback", "sequence"),
    addRows: (segment, first, last) => {
      for (const statement of select) {
        for (const row of statement.iterate(first, last)) {
          const sequence = integerAt(row, 0);
          const receiver = rows.names.textOf(integerAt(row, 1));
          const app = rows.names.textOf(integerAt(row, 3));
          segment.addTime(integerAt(row, 2));
          segment.addKey(sequence, hashRepeated(searchTerms.app(app)));
          segment.addKey(sequence, hashRepeated(searchTerms.name(textAt(row, 4))));
          segment.addKey(sequence, hashRepeated(searchTerms.receiver(receiver)));
          segment.addKey(sequence, hashRepeated(searchTerms.partner(partnerOf(receiver, app))));
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
        segment.addTime(integerAt(row, 2));
        for (const value of keyValues(rows, integerAt(row, 1))) {
          segment.addKey(integerAt(row, 0), hashText(searchTerms.value(value)));
        }
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
const inBothTables = (table: string): readonly string[] => [`kept_${table}`, table];

/** The ids of an event, read the long way. */
const keyValues = (rows: LogRows, sequence: number): readonly string[] => {
  const found = rows.event(sequence);
  return found === null ? [] : searchKeysOf(rows.parse(found)).map(({ value }) => value);
};

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
