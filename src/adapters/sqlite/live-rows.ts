import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, integerOrNullAt, prepare } from "./columns.ts";

/** A postback that waits, or that waited and is in somebody's hands. */
export type LiveRow = {
  readonly receiver: number;
  readonly lane: number;
  readonly due: number;
  readonly since: number;
  readonly attempts: number;
  readonly spent: number;
  readonly strikes: number;
  readonly expiresAt: number | null;
};

export class LiveRows {
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #select: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = prepare(
      database,
      `INSERT OR REPLACE INTO live (postback, receiver, lane, due, since, attempts, spent, strikes, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = prepare(database, "DELETE FROM live WHERE postback = ?");
    this.#select = prepare(
      database,
      "SELECT receiver, lane, due, since, attempts, spent, strikes, expires_at FROM live WHERE postback = ?",
    );
  }

  put(postback: number, row: LiveRow): void {
    const { receiver, lane, due, since, attempts, spent, strikes, expiresAt } = row;
    this.#put.run(postback, receiver, lane, due, since, attempts, spent, strikes, expiresAt);
  }

  remove(postback: number): void {
    this.#delete.run(postback);
  }

  read(postback: number): LiveRow | null {
    const row = this.#select.get(postback);
    if (row === undefined) return null;
    return {
      receiver: integerAt(row, 0),
      lane: integerAt(row, 1),
      due: integerAt(row, 2),
      since: integerAt(row, 3),
      attempts: integerAt(row, 4),
      spent: integerAt(row, 5),
      strikes: integerAt(row, 6),
      expiresAt: integerOrNullAt(row, 7),
    };
  }
}
