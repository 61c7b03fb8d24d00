import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";

/** Postbacks cancelled while in flight: they end as delivered or cancelled when they are settled. Few; in memory beside their table. */
export class CancelRequests {
  readonly #reasons = new Map<number, string>();
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  #isChanged = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = prepare(database, "INSERT INTO cancel_request (postback, reason, at) VALUES (?, ?, ?)");
    this.#delete = prepare(database, "DELETE FROM cancel_request WHERE postback = ?");
    this.#load();
  }

  reasonOf(postback: number): string | null {
    return this.#reasons.size === 0 ? null : (this.#reasons.get(postback) ?? null);
  }

  add(postback: number, reason: string, at: number): void {
    this.#isChanged = true;
    this.#insert.run(postback, reason, at);
    this.#reasons.set(postback, reason);
  }

  remove(postback: number): void {
    if (!this.#reasons.has(postback)) return;
    this.#isChanged = true;
    this.#delete.run(postback);
    this.#reasons.delete(postback);
  }

  committed(): void {
    this.#isChanged = false;
  }

  rolledBack(): void {
    if (this.#isChanged) this.#load();
    this.#isChanged = false;
  }

  #load(): void {
    this.#reasons.clear();
    for (const row of prepare(this.#database, "SELECT postback, reason FROM cancel_request").all()) {
      this.#reasons.set(integerAt(row, 0), textAt(row, 1));
    }
  }
}
