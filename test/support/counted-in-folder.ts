import type { DatabaseSync } from "node:sqlite";
import { CounterReads, pushCounterQuery, readCounters } from "#src/adapters/sqlite/counter-reads.ts";
import { type Flat, FlatReader } from "#src/adapters/sqlite/flat.ts";
import { NameRows } from "#src/adapters/sqlite/name-rows.ts";
import { Tally } from "#src/adapters/sqlite/tally.ts";
import { grainMs } from "#src/ports/counters.ts";
import { readCopyOf } from "./copied-database.ts";

/** By measure, as counters name them; latencies, which no total has, left out. */
type Counted = Readonly<Record<string, number>>;

/**
 * What the folder of a server that is no more has counted, twice, over all counters of days and in its totals, and what
 * of it stands there in rows that can be counted.
 */
export type CountedInFolder = { readonly counters: Counted; readonly totals: Counted; readonly rows: Counted };

export const countedInFolder = (folder: string): CountedInFolder => readCopyOf(folder, countedIn);

const countedIn = (database: DatabaseSync): CountedInFolder => {
  const names = new NameRows(database);
  const query = { grain: "day", from: 0, to: 1e6 * grainMs.day } as const;
  const asked: Flat = [];
  pushCounterQuery(asked, query);
  const answer: Flat = [];
  new CounterReads(database, (name) => names.textOf(name)).read(new FlatReader(asked), answer);
  const counters: Record<string, number> = {};
  for (const { measure, count } of readCounters(new FlatReader(answer), query))
    if (!measure.startsWith("latency:")) counters[measure] = (counters[measure] ?? 0) + count;
  return { counters, totals: totalsIn(database), rows: rowsIn(database) };
};

const totalsIn = (database: DatabaseSync): Counted => {
  const { accepted, duplicates, matched, skipped, delivered, dead, cancelled } = new Tally(database).counts;
  const totals = { accepted, duplicate: duplicates, match: matched, delivered, cancelled };
  return Object.fromEntries(
    [...Object.entries(totals), ...underKind("skip", skipped), ...underKind("dead", dead)].filter(
      ([, count]) => count > 0,
    ),
  );
};

const underKind = (kind: string, counts: Counted): readonly (readonly [string, number])[] =>
  Object.entries(counts).map(([reason, count]) => [`${kind}:${reason}`, count]);

const rowsIn = (database: DatabaseSync): Counted => {
  const countOf = (from: string): number =>
    Number(database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.["count"]);
  return {
    accepted: countOf("event"),
    match: countOf("any_postback"),
    delivered: countOf("ending WHERE state = 0"),
  };
};
