import type { DatabaseSync, StatementSync } from "node:sqlite";
import { prepare, textAt } from "./columns.ts";

/** A mark as messages have it: app and rule are numbers of names. */
export type MarkMessage = { readonly app: number; readonly rule: number; readonly subject: string };

/** Whom rules that fire once have matched for. */
export class OnceMarkRows {
  readonly #insert: StatementSync;
  readonly #find: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteOf: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = prepare(
      database,
      "INSERT INTO once_mark (app, rule, subject, event, marked_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#find = prepare(database, "SELECT event FROM once_mark WHERE subject = ? AND rule = ? AND app = ?");
    this.#delete = prepare(
      database,
      "DELETE FROM once_mark WHERE mark IN (SELECT mark FROM once_mark ORDER BY mark LIMIT ?) AND marked_at < ?",
    );
    this.#deleteOf = prepare(database, "DELETE FROM once_mark WHERE subject = ? AND app = ?");
  }

  /** The event that has the mark, or null. */
  find({ app, rule, subject }: MarkMessage): string | null {
    const row = this.#find.get(subject, rule, app);
    return row === undefined ? null : textAt(row, 0);
  }

  /** Fails where another event has the mark: the row is unique. */
  write({ app, rule, subject }: MarkMessage, event: string, at: number): void {
    this.#insert.run(app, rule, subject, event, at);
  }

  /** Removes marks made before the time, the oldest first; answers how many, of at most `slice`. */
  removeBefore(before: number, slice: number): number {
    return Number(this.#delete.run(slice, before).changes);
  }

  /** Removes every mark of the subject; answers how many. */
  removeOf(app: number, subject: string): number {
    return Number(this.#deleteOf.run(subject, app).changes);
  }
}
