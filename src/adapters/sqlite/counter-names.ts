import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bucketOf, counterNamesMax } from "#src/ports/counters.ts";
import { prepare, textAt } from "./columns.ts";
import type { CounterSums } from "./counter-sums.ts";

/** A day that nothing was counted in for so many commits is forgotten, and read again should it come back. */
const commitsUnusedMax = 64;

type DayNames = {
  /** What was counted and is not in the table, as of when the day was first asked for. */
  readonly untold: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ofApp: Map<string, Set<string>>;
  commitsUnused: number;
};

/**
 * Under which name an event is counted: its own, or none where its app has told too many that day. Around
 * midnight, and after a clock was put right, one commit counts in two days by turns; each is remembered.
 */
export class CounterNames {
  readonly #textOf: (name: number) => string;
  readonly #select: StatementSync;
  readonly #untold: () => Iterable<CounterSums>;
  readonly #days = new Map<number, DayNames>();

  /** `untold` answers the sums that are not in the table, or not all. */
  constructor(database: DatabaseSync, textOf: (name: number) => string, untold: () => Iterable<CounterSums>) {
    this.#textOf = textOf;
    this.#untold = untold;
    this.#select = prepare(database, "SELECT DISTINCT name FROM counter WHERE grain = 1 AND at = ? AND app = ?");
  }

  /** The event's name, or nothing. */
  named(at: number, app: string, name: string): string {
    const known = this.#namesOf(bucketOf("day", at), app);
    if (known.has(name)) return name;
    if (known.size >= counterNamesMax) return "";
    known.add(name);
    return name;
  }

  committed(): void {
    for (const [day, names] of this.#days) {
      names.commitsUnused += 1;
      if (names.commitsUnused > commitsUnusedMax) this.#days.delete(day);
    }
  }

  rolledBack(): void {
    this.#days.clear();
  }

  #namesOf(day: number, app: string): Set<string> {
    let names = this.#days.get(day);
    if (names === undefined) {
      names = { untold: this.#readUntold(day), ofApp: new Map(), commitsUnused: 0 };
      this.#days.set(day, names);
    }
    names.commitsUnused = 0;
    let known = names.ofApp.get(app);
    if (known === undefined) {
      known = new Set(this.#select.all(day, app).map((row) => textAt(row, 0)));
      for (const name of names.untold.get(app) ?? []) known.add(name);
      known.delete("");
      names.ofApp.set(app, known);
    }
    return known;
  }

  #readUntold(day: number): ReadonlyMap<string, ReadonlySet<string>> {
    const names = new Map<string, Set<string>>();
    for (const sums of this.#untold()) {
      for (const { hour, app, name } of sums.additions(this.#textOf)) {
        if (bucketOf("day", hour) === day) names.set(app, (names.get(app) ?? new Set()).add(name));
      }
    }
    return names;
  }
}
