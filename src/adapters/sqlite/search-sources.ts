import type { DatabaseSync } from "node:sqlite";
import { searchKeysOf } from "#src/core/events/search-keys.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import { integerAt, integerOrNullAt, oneInteger, prepare, type Row, textAt, textOrNullAt } from "./columns.ts";
import { hashText } from "./key-hash.ts";
import { searchTerms } from "./log-messages.ts";
import type { LogRows } from "./log-rows.ts";
import type { LogSource } from "./search-index.ts";
import type { SearchLog } from "./search-places.ts";
import { searchedValues } from "./searched-values.ts";

/** Hashes of apps, names, receivers and partners, which come again and again. */
const hashesRememberedMax = 50_000;

/** The logs that search follows, and what the rows of each are found by. */
export const searchSources = (database: DatabaseSync, rows: LogRows): Readonly<Record<SearchLog, LogSource>> => ({
  events: eventSource(database, rows),
  postbacks: postbackSource(database, rows),
  amendments: amendmentSource(database, rows),
});

const eventSource = (database: DatabaseSync, rows: LogRows): LogSource => {
  const select = inBothTables("event").map((table) =>
    prepare(
      database,
      `SELECT sequence, app, received_at, type, name, enrichment, source FROM ${table} WHERE sequence BETWEEN ? AND ? ORDER BY sequence`,
    ),
  );
  const hashOfApp = remembering((app: number) => hashText(searchTerms.app(rows.names.textOf(app))));
  const hashOfType = remembering((type: string) => hashText(searchTerms.type(type)));
  const hashOfName = remembering((name: string) => hashText(searchTerms.name(name)));
  return {
    log: "events",
    ...ends(database, "event", "sequence"),
    addRows: (segment, first, last) => {
      for (const row of select.flatMap((statement) => statement.all(first, last))) {
        const sequence = integerAt(row, 0);
        segment.addTime(integerAt(row, 2));
        segment.addKey(sequence, hashOfApp(integerAt(row, 1)));
        segment.addKey(sequence, hashOfType(textAt(row, 3)));
        segment.addKey(sequence, hashOfName(textAt(row, 4)));
        const values = searchedValues(textAt(row, 6), textOrNullAt(row, 5)) ?? keyValues(rows, sequence);
        for (const value of values) segment.addKey(sequence, hashText(searchTerms.value(value)));
      }
    },
  };
};

const postbackSource = (database: DatabaseSync, rows: LogRows): LogSource => {
  const select = inBothTables("postback").map((table) =>
    prepare(
      database,
      `SELECT postback.sequence, receiver, created_at, app, name, postback.event
       FROM ${table} AS postback LEFT JOIN event ON event.sequence = postback.event
       WHERE postback.sequence BETWEEN ? AND ? ORDER BY postback.sequence`,
    ),
  );
  const hashOfReceiver = remembering((receiver: number) => hashText(searchTerms.receiver(rows.names.textOf(receiver))));
  const hashOfOwner = remembering((receiver: number) => hashText(ownerTerm(rows.names.textOf(receiver))));
  const hashOfApp = remembering((app: string) => hashText(searchTerms.app(app)));
  const hashOfName = remembering((name: string) => hashText(searchTerms.name(name)));
  return {
    log: "postbacks",
    ...ends(database, "postback", "sequence"),
    addRows: (segment, first, last) => {
      for (const row of select.flatMap((statement) => statement.all(first, last))) {
        const sequence = integerAt(row, 0);
        const receiver = integerAt(row, 1);
        const about = eventOf(rows, row);
        segment.addTime(integerAt(row, 2));
        segment.addKey(sequence, hashOfReceiver(receiver));
        if (about === null) continue;
        segment.addKey(sequence, hashOfOwner(receiver));
        segment.addKey(sequence, hashOfApp(about.app));
        segment.addKey(sequence, hashOfName(about.name));
      }
    },
  };
};

const ownerTerm = (receiver: string): string => {
  const owner = ownerOfReceiver(receiver);
  return owner?.ruleId == null ? searchTerms.partner(owner?.partnerId ?? "") : searchTerms.rule(owner.ruleId);
};

/** Of a row (…, app, name, event); the event may be a kept one. */
const eventOf = (rows: LogRows, row: Row): { readonly app: string; readonly name: string } | null => {
  const app = integerOrNullAt(row, 3);
  return app === null ? rows.event(integerAt(row, 5)) : { app: rows.names.textOf(app), name: textAt(row, 4) };
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
      for (const row of select.all(first, last)) {
        segment.addTime(integerAt(row, 2));
        for (const value of keyValues(rows, integerAt(row, 1))) {
          segment.addKey(integerAt(row, 0), hashText(searchTerms.value(value)));
        }
      }
    },
  };
};

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

const remembering = <Key, Value>(work: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value !== undefined) return value;
    value = work(key);
    if (known.size >= hashesRememberedMax) known.clear();
    known.set(key, value);
    return value;
  };
};
