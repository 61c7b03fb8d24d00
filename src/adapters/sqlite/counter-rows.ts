import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  bucketOf,
  type CounterGrain,
  counterGrains,
  counterKeptMs,
  latencyBoundOf,
  placeOfReceiver,
} from "#src/ports/counters.ts";
import { prepare, textAt } from "./columns.ts";
import { CounterNames } from "./counter-names.ts";
import { type CounterAddition, CounterSums } from "./counter-sums.ts";

/**
 * Commits that are counted apart before all of them are put into the table; more, where they have counted more
 * different things than that: each is then written once for many commits, however many apps take turns.
 */
const apartCommitsMin = 64;
const apartBytesMax = 4 * 1024 * 1024;

/** Receivers whose app is remembered; beyond them all are forgotten, and cut out of their ids again. */
const receiversHeldMax = 10_000;

type Ended = { readonly at: number; readonly receiver: number; readonly name: string; readonly measure: string };

/**
 * Counts what happens. A commit adds one row that says what it has counted, and not to the counters
 * themselves: with ten thousand apps those are rows all over a table of their own, seven for one
 * event. They are written when many commits have been counted, all at once; whoever reads adds the
 * rows of commits to the table (`counter-reads.ts`).
 */
export class CounterRows {
  readonly #textOf: (name: number) => string;
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #insert: StatementSync;
  readonly #forget: StatementSync;
  /** Of the transaction that is open. */
  readonly #open = new CounterSums();
  /** Of commits that are counted apart. */
  readonly #apart = new CounterSums();
  #apartCommits = 0;
  #apartBytes = 0;
  #wasWritten = false;
  #openBytes = 0;
  readonly #names: CounterNames;
  readonly #appsOfReceivers = new Map<number, string>();

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#textOf = textOf;
    this.#database = database;
    this.#add = prepare(
      database,
      `INSERT INTO counter (grain, at, app, owner, name, measure, count) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
    this.#insert = prepare(database, "INSERT INTO counted (body) VALUES (?)");
    this.#names = new CounterNames(database, textOf, [this.#apart, this.#open]);
    this.#forget = prepare(
      database,
      `DELETE FROM counter WHERE grain = ? AND at < ? AND at =
         (SELECT at FROM counter AS oldest WHERE oldest.grain = ? ORDER BY at LIMIT 1)`,
    );
    for (const row of prepare(database, "SELECT body FROM counted").all()) {
      this.#apart.addPacked(textAt(row, 0));
      this.#apartCommits += 1;
      this.#apartBytes += textAt(row, 0).length;
    }
  }

  /** `what` is `accepted`, `duplicate`, or empty for decisions made again; `decisions` are numbers of names, as a row keeps them. */
  countEvent(
    event: { readonly at: number; readonly app: number; readonly name: string },
    what: "accepted" | "duplicate" | "",
    decisions: string,
  ): void {
    const { at, app } = event;
    const name = this.#names.named(at, this.#textOf(app), event.name);
    this.#open.countEvent({ at, app, name }, what, decisions);
  }

  /** `latencyMs` of a delivery. */
  countEnd(ended: Ended, latencyMs: number | null): void {
    const name = this.#names.named(ended.at, this.#appOf(ended.receiver), ended.name);
    this.#open.countEnd({ ...ended, name }, latencyMs === null ? null : latencyBoundOf(latencyMs));
  }

  /** The oldest bucket of each grain, where its time is over. */
  forget(now: number): void {
    if (this.#apart.oldestHour < now - counterKeptMs.hour) this.#writeApart();
    for (const [grain, name] of counterGrains.entries()) this.#forget.run(grain, now - counterKeptMs[name], grain);
  }

  flush(): void {
    const isWorthIt = this.#apartCommits >= Math.max(apartCommitsMin, this.#apart.size);
    if (isWorthIt || this.#apartBytes >= apartBytesMax) this.#writeApart();
    if (this.#open.size === 0) return;
    const body = this.#open.pack();
    this.#openBytes = body.length;
    this.#insert.run(body);
  }

  committed(): void {
    if (this.#wasWritten) {
      this.#apart.clear();
      this.#apartCommits = 0;
      this.#apartBytes = 0;
    }
    if (this.#open.size > 0) {
      this.#apart.add(this.#open);
      this.#apartCommits += 1;
      this.#apartBytes += this.#openBytes;
    }
    this.#clear();
    this.#names.committed();
  }

  rolledBack(): void {
    this.#clear();
    this.#names.rolledBack();
  }

  #clear(): void {
    this.#open.clear();
    this.#openBytes = 0;
    this.#wasWritten = false;
  }

  /** What the commits before this one have counted, into the table. */
  #writeApart(): void {
    if (this.#wasWritten) return;
    for (const grain of counterGrains) {
      for (const addition of this.#apart.additions(this.#textOf)) {
        const row = rowIn(grain, addition);
        if (row === null) continue;
        const { at, app, owner, name, measure, count } = row;
        this.#add.run(grainNumber(grain), at, app, owner, name, measure, count);
      }
    }
    this.#database.exec("DELETE FROM counted");
    this.#wasWritten = true;
  }

  #appOf(receiver: number): string {
    let app = this.#appsOfReceivers.get(receiver);
    if (app === undefined) {
      if (this.#appsOfReceivers.size >= receiversHeldMax) this.#appsOfReceivers.clear();
      ({ app } = placeOfReceiver(this.#textOf(receiver)));
      this.#appsOfReceivers.set(receiver, app);
    }
    return app;
  }
}

export const grainNumber = (grain: CounterGrain): number => counterGrains.indexOf(grain);

export type CounterRow = Omit<CounterAddition, "hour"> & { readonly at: number };

/** What an addition is in the table of a grain: hours do not know names, days do not know latencies. */
export const rowIn = (grain: CounterGrain, { hour, ...addition }: CounterAddition): CounterRow | null => {
  if (grain === "hour") return { ...addition, at: hour, name: "" };
  return addition.measure.startsWith("latency:") ? null : { ...addition, at: bucketOf("day", hour) };
};
