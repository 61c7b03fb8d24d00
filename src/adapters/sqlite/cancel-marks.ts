import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";

/** "Cancelled up to `upTo`": true of everything of the receiver that was live by then, also before its rows are written. */
export type CancelMark = { readonly upTo: number; readonly reason: string; readonly at: number };

/** Few, and looked at on every claim and settle: kept in memory beside their table. */
export class CancelMarks {
  readonly #byReceiver = new Map<number, CancelMark[]>();
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  #isChanged = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = prepare(
      database,
      "INSERT OR IGNORE INTO cancel_mark (receiver, up_to, reason, at) VALUES (?, ?, ?, ?)",
    );
    this.#delete = prepare(database, "DELETE FROM cancel_mark WHERE receiver = ? AND up_to = ?");
    this.#load();
  }

  /** The mark that cancels what became live at `since`, or null. */
  over(receiver: number, since: number): CancelMark | null {
    if (this.#byReceiver.size === 0) return null;
    return this.#byReceiver.get(receiver)?.find((mark) => since <= mark.upTo) ?? null;
  }

  /** The newest number that a mark of the receiver reaches to, or null. */
  upTo(receiver: number): number | null {
    const marks = this.#byReceiver.get(receiver);
    return marks === undefined ? null : Math.max(...marks.map((mark) => mark.upTo));
  }

  all(): [number, CancelMark][] {
    return [...this.#byReceiver].flatMap(([receiver, marks]) =>
      marks.map((mark): [number, CancelMark] => [receiver, mark]),
    );
  }

  add(receiver: number, mark: CancelMark): void {
    this.#isChanged = true;
    this.#insert.run(receiver, mark.upTo, mark.reason, mark.at);
    const marks = this.#byReceiver.get(receiver) ?? [];
    if (marks.some(({ upTo }) => upTo === mark.upTo)) return;
    this.#byReceiver.set(receiver, [...marks, mark]);
  }

  remove(receiver: number, upTo: number): void {
    this.#isChanged = true;
    this.#delete.run(receiver, upTo);
    const left = (this.#byReceiver.get(receiver) ?? []).filter((mark) => mark.upTo !== upTo);
    if (left.length === 0) this.#byReceiver.delete(receiver);
    else this.#byReceiver.set(receiver, left);
  }

  committed(): void {
    this.#isChanged = false;
  }

  rolledBack(): void {
    if (this.#isChanged) this.#load();
    this.#isChanged = false;
  }

  #load(): void {
    this.#byReceiver.clear();
    const rows = prepare(
      this.#database,
      "SELECT receiver, up_to, reason, at FROM cancel_mark ORDER BY receiver, up_to",
    ).all();
    for (const row of rows) {
      const marks = this.#byReceiver.get(integerAt(row, 0)) ?? [];
      marks.push({ upTo: integerAt(row, 1), reason: textAt(row, 2), at: integerAt(row, 3) });
      this.#byReceiver.set(integerAt(row, 0), marks);
    }
  }
}
