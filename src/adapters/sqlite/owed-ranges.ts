import type { DatabaseSync, StatementSync } from "node:sqlite";
import { prepare } from "./columns.ts";

/** The postbacks that one commit left leased in memory, without a row that says that they wait. */
export type OwedRange = { readonly first: number; remaining: number };

/** Keeps one row a commit until every postback of it has ended or is live: what recovery has to look at. */
export class OwedRanges {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #discharged: OwedRange[] = [];

  constructor(database: DatabaseSync) {
    this.#insert = prepare(database, "INSERT INTO owed (first, last) VALUES (?, ?)");
    this.#delete = prepare(database, "DELETE FROM owed WHERE first = ?");
  }

  /** `last` may span postbacks that were never leased: recovery looks at each. */
  add(range: OwedRange, last: number): void {
    this.#insert.run(range.first, last);
  }

  /** One of its postbacks has just got an ending or a live row. */
  discharge(range: OwedRange): void {
    range.remaining -= 1;
    this.#discharged.push(range);
    if (range.remaining === 0) this.#delete.run(range.first);
  }

  committed(): void {
    this.#discharged.length = 0;
  }

  rolledBack(): void {
    for (const range of this.#discharged) range.remaining += 1;
    this.#discharged.length = 0;
  }
}
