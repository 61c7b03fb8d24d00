import type { DatabaseSync } from "node:sqlite";
import { CounterReads, pushCounterQuery, readCounters } from "#src/adapters/sqlite/counter-reads.ts";
import { type Flat, FlatReader } from "#src/adapters/sqlite/flat.ts";
import { NameRows } from "#src/adapters/sqlite/name-rows.ts";
import { Tally } from "#src/adapters/sqlite/tally.ts";
import { grainMs } from "#src/ports/counters.ts";
import { readCopyOf } from "./copied-database.ts";

type Counted = Readonly<Record<"accepted" | "delivered", number>>;

/** What the folder of a server that is no more has counted: over all counters of days, and in its totals. */
export const countedInFolder = (folder: string): { readonly counters: Counted; readonly totals: Counted } =>
  readCopyOf(folder, countedIn);

const countedIn = (database: DatabaseSync): { readonly counters: Counted; readonly totals: Counted } => {
  const names = new NameRows(database);
  const { counts } = new Tally(database);
  const query = { grain: "day", from: 0, to: 1e6 * grainMs.day } as const;
  const asked: Flat = [];
  pushCounterQuery(asked, query);
  const answer: Flat = [];
  new CounterReads(database, (name) => names.textOf(name)).read(new FlatReader(asked), answer);
  const counters = readCounters(new FlatReader(answer), query);
  const sumOf = (measure: string): number =>
    counters.reduce((sum, counter) => (counter.measure === measure ? sum + counter.count : sum), 0);
  return {
    counters: { accepted: sumOf("accepted"), delivered: sumOf("delivered") },
    totals: { accepted: counts.accepted, delivered: counts.delivered },
  };
};
