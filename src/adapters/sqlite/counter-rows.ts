import type { DatabaseSync, StatementSync } from "node:sqlite";
import { counterGrains, counterKeptMs, latencyBoundOf, placeOfReceiver } from "#src/ports/counters.ts";
import { integerAt, prepare, textAt } from "./columns.ts";
import { CounterFilling, readFillingPlace, selectFillingPlace } from "./counter-filling.ts";
import { CounterNames } from "./counter-names.ts";
import { grainNumber } from "./counter-row.ts";
import { CounterSums } from "./counter-sums.ts";
import type { CountedDecisions } from "./decision-sums.ts";
import { endFormerFilling } from "./former-filling.ts";

/**
 * Commits that are counted apart before all of them are put into the table; more, where they have counted more
 * different things than that: each is then written once for many commits, however many apps take turns.
 */
const apartCommitsMin = 64;
const apartBytesMax = 4 * 1024 * 1024;

/** Rows that one commit puts into the table, and rows of commits that it removes: whoever is accepted in it waits for them. */
const rowsFilledMin = 250;
const countedRemovedMax = 64;
/** As often the number of rows is doubled, evenly, until so much has been counted meanwhile that the next filling is due. */
const doublingsWhileFilling = 8;
const doublingsMax = 12;

/** Receivers whose app is remembered; beyond them all are forgotten, and cut out of their ids again. */
const receiversHeldMax = 10_000;

type Ended = { readonly at: number; readonly receiver: number; readonly name: string; readonly measure: string };

/**
 * Counts what happens. A commit adds one row that says what it has counted, and not to the counters
 * themselves: with ten thousand apps those are rows all over a table of their own, seven for one
 * event. They are written when many commits have been counted, some in each of the commits that follow
 * (`counter-filling.ts`); whoever reads adds what is not in the table yet (`counter-reads.ts`).
 */
export class CounterRows {
  readonly #textOf: (name: number) => string;
  readonly #add: StatementSync;
  readonly #insert: StatementSync;
  readonly #place: StatementSync;
  readonly #remove: StatementSync;
  readonly #endFilling: StatementSync;
  readonly #forget: StatementSync;
  /** Of the transaction that is open. */
  readonly #open = new CounterSums();
  #openBytes = 0;
  /** Of the last commit. It only grows, also where the table is empty: a row that came later is never taken for one that is filled. */
  #position = 0;
  /** Of commits that are counted apart. */
  #apart = noneApart();
  /** Of commits before those, while they are put into the table. */
  #filling: CounterFilling | null = null;
  #isFilled = false;
  readonly #names: CounterNames;
  readonly #appsOfReceivers = new Map<number, string>();

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#textOf = textOf;
    this.#add = prepare(
      database,
      `INSERT INTO counter (grain, at, app, owner, name, measure, count) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    );
    this.#insert = prepare(database, "INSERT INTO counted (position, body) VALUES (?, ?)");
    this.#place = prepare(database, "INSERT OR REPLACE INTO counted_place (id, up_to, added) VALUES (1, ?, ?)");
    this.#remove = prepare(
      database,
      "DELETE FROM counted WHERE position IN (SELECT position FROM counted WHERE position <= ? ORDER BY position LIMIT ?)",
    );
    this.#endFilling = prepare(database, "DELETE FROM counted_place");
    this.#names = new CounterNames(database, textOf, () => this.#untold());
    this.#forget = prepare(
      database,
      `DELETE FROM counter WHERE grain = ? AND at < ? AND at =
         (SELECT at FROM counter AS oldest WHERE oldest.grain = ? ORDER BY at LIMIT 1)`,
    );
    endFormerFilling(database, textOf);
    this.#load(database);
  }

  /** `what` is `accepted`, `duplicate`, or empty for decisions made again. */
  countEvent(
    event: { readonly at: number; readonly app: number; readonly name: string },
    what: "accepted" | "duplicate" | "",
    decisions: CountedDecisions,
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
    const before = now - counterKeptMs.hour;
    // Rarely, and of little: a server that counts much has filled the table since.
    if ((this.#filling?.sums ?? this.#apart.sums).oldestHour < before) this.#fillAtOnce();
    for (const [grain, name] of counterGrains.entries()) this.#forget.run(grain, now - counterKeptMs[name], grain);
  }

  flush(): void {
    if (this.#filling !== null && !this.#isFilled) this.#fill(this.#filling);
    if (this.#open.size === 0) return;
    const body = this.#open.pack();
    this.#openBytes = body.length;
    this.#insert.run(this.#position + 1, body);
  }

  committed(): void {
    this.#filling?.committed();
    if (this.#isFilled) this.#filling = null;
    if (this.#open.size > 0) {
      const { sums } = this.#apart;
      sums.add(this.#open);
      this.#position += 1;
      this.#apart = addApart(this.#apart, { bytes: this.#openBytes, position: this.#position });
    }
    if (this.#filling === null && shareApart(this.#apart) >= 1) this.#startFilling();
    this.#clear();
    this.#names.committed();
  }

  rolledBack(): void {
    this.#filling?.rolledBack();
    this.#clear();
    this.#names.rolledBack();
  }

  #clear(): void {
    this.#open.clear();
    this.#openBytes = 0;
    this.#isFilled = false;
  }

  /** What the commits before this one have counted is put into the table from now on. Nothing is written for it. */
  #startFilling(): void {
    const { sums, position } = this.#apart;
    this.#filling = new CounterFilling(sums, this.#textOf, { upTo: position, added: 0 });
    this.#apart = noneApart();
  }

  #fillAtOnce(): void {
    if (this.#filling === null) this.#startFilling();
    while (this.#filling !== null && !this.#isFilled) this.#fill(this.#filling);
  }

  #fill(filling: CounterFilling): void {
    if (filling.isWritten) {
      const removed = this.#remove.run(filling.place.upTo, countedRemovedMax).changes;
      if (Number(removed) === countedRemovedMax) return;
      this.#endFilling.run();
      this.#isFilled = true;
      return;
    }
    const doublings = Math.min(doublingsMax, Math.floor(shareApart(this.#apart) * doublingsWhileFilling));
    for (const { grain, at, app, owner, name, measure, count } of filling.take(rowsFilledMin * 2 ** doublings))
      this.#add.run(grainNumber(grain), at, app, owner, name, measure, count);
    const { upTo, added } = filling.place;
    this.#place.run(upTo, added);
  }

  *#untold(): Generator<CounterSums> {
    if (this.#filling !== null) yield this.#filling.sums;
    yield this.#apart.sums;
    yield this.#open;
  }

  #load(database: DatabaseSync): void {
    const place = readFillingPlace(prepare(database, selectFillingPlace).get());
    const sums = new CounterSums();
    this.#position = place?.upTo ?? 0;
    for (const row of prepare(database, "SELECT position, body FROM counted ORDER BY position").iterate()) {
      const position = integerAt(row, 0);
      const body = textAt(row, 1);
      this.#position = Math.max(this.#position, position);
      if (place !== null && position <= place.upTo) sums.addPacked(body);
      else {
        this.#apart.sums.addPacked(body);
        this.#apart = addApart(this.#apart, { bytes: body.length, position });
      }
    }
    if (place !== null) this.#filling = new CounterFilling(sums, this.#textOf, place);
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

/** Of commits whose rows in `counted` end with `position`. */
type Apart = {
  readonly sums: CounterSums;
  readonly commits: number;
  readonly bytes: number;
  readonly position: number;
};

const noneApart = (): Apart => ({ sums: new CounterSums(), commits: 0, bytes: 0, position: 0 });

const addApart = (apart: Apart, { bytes, position }: { readonly bytes: number; readonly position: number }): Apart => ({
  sums: apart.sums,
  commits: apart.commits + 1,
  bytes: apart.bytes + bytes,
  position,
});

/** Of what is counted apart before it is put into the table; 1: it is due. */
const shareApart = ({ sums, commits, bytes }: Apart): number =>
  Math.max(commits / Math.max(apartCommitsMin, sums.size), bytes / apartBytesMax);
