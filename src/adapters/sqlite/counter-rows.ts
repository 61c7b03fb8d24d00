import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  bucketOf,
  type CounterGrain,
  counterGrains,
  counterKeptMs,
  counterNamesMax,
  counterOwnerOf,
  latencyBoundOf,
  placeOfReceiver,
} from "#src/ports/counters.ts";
import { prepare, textAt } from "./columns.ts";
import { codeOfDecision, targetOfDecision } from "./store-messages.ts";

/** Receivers whose app and owner are remembered; beyond them all are forgotten, and cut out of their ids again. */
const ownersHeldMax = 10_000;

/**
 * Of what was counted last, looked through before a key is made: a text that is a key of a map goes into
 * V8's table of strings, and that for each event cost more than the counting.
 */
const recentMax = 8;

type Ended = { readonly at: number; readonly receiver: number; readonly name: string; readonly measure: string };
type CountedEvent = {
  readonly hour: number;
  readonly at: number;
  readonly app: number;
  readonly what: string;
  readonly decisions: string;
  readonly name: string;
  count: number;
};
type EventSums = Pick<CountedEvent, "at" | "app" | "name"> & {
  accepted: number;
  duplicates: number;
  /** By the number of the decision's name. */
  readonly decisions: Map<number, number>;
};
type CountedEnd = Ended & {
  readonly hour: number;
  count: number;
  /** Deliveries by the bound of their latency. */
  readonly latencies: Map<number, number>;
};
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
  readonly #events = new Map<string, CountedEvent>();
  readonly #recentEvents: CountedEvent[] = [];
  readonly #ends = new Map<string, CountedEnd>();
  readonly #recentEnds: CountedEnd[] = [];
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
    const hour = bucketOf("hour", at);
    for (const recent of this.#recentEvents) {
      if (recent.app !== app || recent.hour !== hour || recent.what !== what) continue;
      if (recent.name !== name || recent.decisions !== decisions) continue;
      recent.count += 1;
      return;
    }
    const key = `${hour}\n${app}\n${what}\n${decisions}\n${name}`;
    const known = this.#events.get(key) ?? { hour, at, app, what, decisions, name, count: 0 };
    known.count += 1;
    this.#events.set(key, known);
    remember(this.#recentEvents, known);
  }

  /** `latencyMs` of a delivery. */
  countEnd(ended: Ended, latencyMs: number | null): void {
    const counted = this.#counted(ended);
    counted.count += 1;
    if (latencyMs === null) return;
    const bound = latencyBoundOf(latencyMs);
    counted.latencies.set(bound, (counted.latencies.get(bound) ?? 0) + 1);
  }

  /** The oldest bucket of each grain, where its time is over. */
  forget(now: number): void {
    for (const [grain, name] of counterGrains.entries()) this.#forget.run(grain, now - counterKeptMs[name], grain);
  }

  flush(): void {
    for (const { at, app, name, accepted, duplicates, decisions } of this.#sumsOfEvents().values()) {
      const place = { app: this.#textOf(app), name };
      if (accepted > 0) this.#write(at, { ...place, owner: "", measure: "accepted" }, accepted);
      if (duplicates > 0) this.#write(at, { ...place, owner: "", measure: "duplicate" }, duplicates);
      for (const [number, count] of decisions) {
        const decision = this.#textOf(number);
        const code = codeOfDecision(decision);
        const measure = code === "match" ? code : `skip:${code}`;
        this.#write(at, { ...place, owner: counterOwnerOf(targetOfDecision(decision)), measure }, count);
      }
    }
    for (const { at, receiver, name, measure, count, latencies } of this.#ends.values()) {
      const owner = this.#ownerOf(receiver);
      this.#write(at, { ...owner, name, measure }, count);
      for (const [bound, times] of latencies)
        this.#write(at, { ...owner, name: "", measure: `latency:${bound}` }, times);
    }
    this.#clear();
  }

  /** An app with many integrations has nearly as many lists of decisions as events, made of the same few decisions. */
  #sumsOfEvents(): ReadonlyMap<string, EventSums> {
    const sums = new Map<string, EventSums>();
    for (const { hour, at, app, what, decisions, name, count } of this.#events.values()) {
      const key = `${hour}\n${app}\n${name}`;
      const sum = sums.get(key) ?? { at, app, name, accepted: 0, duplicates: 0, decisions: new Map() };
      sums.set(key, sum);
      if (what === "accepted") sum.accepted += count;
      else if (what === "duplicate") sum.duplicates += count;
      for (const text of decisions === "" ? [] : decisions.split(",")) {
        const decision = Number(text);
        sum.decisions.set(decision, (sum.decisions.get(decision) ?? 0) + count);
      }
    }
    return sums;
  }

  rolledBack(): void {
    this.#clear();
    this.#namesOfApp.clear();
  }

  #clear(): void {
    this.#events.clear();
    this.#recentEvents.length = 0;
    this.#ends.clear();
    this.#recentEnds.length = 0;
  }

  #counted(ended: Ended): CountedEnd {
    const { at, receiver, measure, name } = ended;
    const hour = bucketOf("hour", at);
    for (const recent of this.#recentEnds) {
      if (recent.receiver !== receiver || recent.hour !== hour) continue;
      if (recent.measure === measure && recent.name === name) return recent;
    }
    const key = `${hour}\n${receiver}\n${measure}\n${name}`;
    const counted = this.#ends.get(key) ?? { ...ended, hour, count: 0, latencies: new Map() };
    this.#ends.set(key, counted);
    remember(this.#recentEnds, counted);
    return counted;
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

/** In front, for the next look. */
const remember = <Counted>(recent: Counted[], counted: Counted): void => {
  if (recent.length >= recentMax) recent.pop();
  recent.unshift(counted);
};
