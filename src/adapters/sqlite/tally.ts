import type { DatabaseSync, StatementSync } from "node:sqlite";
import { prepare, textAt } from "./columns.ts";

/**
 * The last numbers given out, and every counter. One row, written with each commit: numbers are
 * never used twice, though retention removes the rows that had them.
 */
export type Counts = {
  event: number;
  postback: number;
  amendment: number;
  install: number;
  accepted: number;
  duplicates: number;
  matched: number;
  skipped: Record<string, number>;
  delivered: number;
  dead: Record<string, number>;
  cancelled: number;
  attempts: number;
  /** Client event ids of events up to this one are in closed segments. */
  knownUpTo: number;
  /** Client event ids recorded before this time are not known any more. */
  forgottenBefore: number;
  /** Postbacks up to this one have been removed, or are kept. */
  removedUpTo: number;
};

const noCounts = (): Counts => ({
  event: 0,
  postback: 0,
  amendment: 0,
  install: 0,
  accepted: 0,
  duplicates: 0,
  matched: 0,
  skipped: {},
  delivered: 0,
  dead: {},
  cancelled: 0,
  attempts: 0,
  knownUpTo: 0,
  forgottenBefore: 0,
  removedUpTo: 0,
});

export class Tally {
  counts: Counts;
  #committed: string;
  #written = "";
  readonly #update: StatementSync;

  constructor(database: DatabaseSync) {
    this.#update = prepare(database, "INSERT OR REPLACE INTO tally (id, body) VALUES (1, ?)");
    const row = prepare(database, "SELECT body FROM tally WHERE id = 1").get();
    this.#committed = row === undefined ? JSON.stringify(noCounts()) : textAt(row, 0);
    this.counts = parseCounts(this.#committed);
  }

  countDead(reason: string): void {
    this.counts.dead[reason] = (this.counts.dead[reason] ?? 0) + 1;
  }

  countDecision(code: string, times: number): void {
    if (code === "match") this.counts.matched += times;
    else this.counts.skipped[code] = (this.counts.skipped[code] ?? 0) + times;
  }

  write(): void {
    this.#written = JSON.stringify(this.counts);
    if (this.#written !== this.#committed) this.#update.run(this.#written);
  }

  committed(): void {
    this.#committed = this.#written;
  }

  rolledBack(): void {
    this.counts = parseCounts(this.#committed);
  }
}

const parseCounts = (body: string): Counts => {
  const counts: Counts = JSON.parse(body);
  return { ...noCounts(), ...counts };
};
