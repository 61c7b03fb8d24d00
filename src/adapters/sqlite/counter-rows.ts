import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  bucketOf,
  type CounterGrain,
  counterGrains,
  counterKeptMs,
  counterNamesMax,
  latencyBoundOf,
  ownerOfTarget,
  placeOfReceiver,
} from "#src/ports/counters.ts";
import { prepare, textAt } from "./columns.ts";
import { codeOfDecision, targetOfDecision } from "./store-messages.ts";

/** Receivers whose app and owner are remembered; beyond them all are forgotten, and cut out of their ids again. */
const ownersHeldMax = 10_000;

type Ended = { readonly at: number; readonly receiver: number; readonly name: string; readonly measure: string };
type Placed = { readonly app: string; readonly owner: string; readonly name: string; readonly measure: string };

/**
 * Counts what happens between two commits in memory, by keys that cost one look-up an event and one
 * an end, and adds the sums to the table before the commit: decisions of equal events are told apart
 * only then.
 */
export class CounterRows {
  readonly #textOf: (name: number) => string;
  readonly #add: StatementSync;
  readonly #names: StatementSync;
  readonly #forget: StatementSync;
  readonly #events = new Map<
    string,
    { readonly at: number; readonly app: number; readonly name: string; count: number }
  >();
  readonly #ends = new Map<string, Ended & { count: number }>();
  readonly #owners = new Map<number, { readonly app: string; readonly owner: string }>();
  /** Names of an app that the day's counters know, for the newest day only. */
  readonly #namesOfApp = new Map<string, Set<string>>();
  #namesDay = 0;

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#textOf = textOf;
    this.#add = prepare(
      database,
      `INSERT INTO counter (grain, at, app, owner, name, measure, count) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
    this.#names = prepare(database, "SELECT DISTINCT name FROM counter WHERE grain = 1 AND at = ? AND app = ?");
    this.#forget = prepare(
      database,
      `DELETE FROM counter WHERE grain = ? AND at < ? AND at =
         (SELECT at FROM counter AS oldest WHERE oldest.grain = ? ORDER BY at LIMIT 1)`,
    );
  }

  /** `what` is `accepted`, `duplicate`, or empty for decisions made again; `decisions` are numbers of names, as a row keeps them. */
  countEvent(
    event: { readonly at: number; readonly app: number; readonly name: string },
    what: "accepted" | "duplicate" | "",
    decisions: string,
  ): void {
    const { at, app, name } = event;
    const key = `${bucketOf("hour", at)}\n${app}\n${what}\n${decisions}\n${name}`;
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, { at, app, name, count: 1 });
    else known.count += 1;
  }

  /** `latencyMs` of a delivery. */
  countEnd(ended: Ended, latencyMs: number | null): void {
    this.#countEnd(ended);
    if (latencyMs !== null) this.#countEnd({ ...ended, name: "", measure: `latency:${latencyBoundOf(latencyMs)}` });
  }

  /** The oldest bucket of each grain, where its time is over. */
  forget(now: number): void {
    for (const [grain, name] of counterGrains.entries()) this.#forget.run(grain, now - counterKeptMs[name], grain);
  }

  flush(): void {
    for (const [key, { at, app, name, count }] of this.#events) {
      const [, , what = "", decisions = ""] = key.split("\n", 4);
      const place = { app: this.#textOf(app), name };
      if (what !== "") this.#write(at, { ...place, owner: "", measure: what }, count);
      for (const number of decisions === "" ? [] : decisions.split(",")) {
        const decision = this.#textOf(Number(number));
        const code = codeOfDecision(decision);
        const measure = code === "match" ? code : `skip:${code}`;
        this.#write(at, { ...place, owner: ownerOfTarget(targetOfDecision(decision)), measure }, count);
      }
    }
    for (const { at, receiver, name, measure, count } of this.#ends.values()) {
      this.#write(at, { ...this.#ownerOf(receiver), name, measure }, count);
    }
    this.#events.clear();
    this.#ends.clear();
  }

  rolledBack(): void {
    this.#events.clear();
    this.#ends.clear();
    this.#namesOfApp.clear();
  }

  #countEnd(ended: Ended): void {
    const key = `${bucketOf("hour", ended.at)}\n${ended.receiver}\n${ended.measure}\n${ended.name}`;
    const known = this.#ends.get(key);
    if (known === undefined) this.#ends.set(key, { ...ended, count: 1 });
    else known.count += 1;
  }

  #write(at: number, placed: Placed, count: number): void {
    const { app, owner, measure } = placed;
    this.#add.run(grainNumber("hour"), bucketOf("hour", at), app, owner, "", measure, count);
    if (measure.startsWith("latency:")) return;
    const day = bucketOf("day", at);
    const name = this.#namedBy(day, placed);
    this.#add.run(grainNumber("day"), day, app, owner, name, measure, count);
  }

  /** The event's name, or nothing where the app has told too many that day. */
  #namedBy(day: number, { app, name }: Placed): string {
    if (day !== this.#namesDay) {
      this.#namesOfApp.clear();
      this.#namesDay = day;
    }
    let known = this.#namesOfApp.get(app);
    if (known === undefined) {
      known = new Set(this.#names.all(day, app).map((row) => textAt(row, 0)));
      known.delete("");
      this.#namesOfApp.set(app, known);
    }
    if (known.has(name)) return name;
    if (known.size >= counterNamesMax) return "";
    known.add(name);
    return name;
  }

  #ownerOf(receiver: number): { readonly app: string; readonly owner: string } {
    let owner = this.#owners.get(receiver);
    if (owner === undefined) {
      if (this.#owners.size >= ownersHeldMax) this.#owners.clear();
      owner = placeOfReceiver(this.#textOf(receiver));
      this.#owners.set(receiver, owner);
    }
    return owner;
  }
}

export const grainNumber = (grain: CounterGrain): number => counterGrains.indexOf(grain);
