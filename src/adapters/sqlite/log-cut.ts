import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare } from "./columns.ts";

/** How long others wait for their commit while it is tried. */
const triedForMs = 20;
const patienceMs = 5000;

/**
 * Puts the whole log into the file and empties it, so that it holds nothing any more of what is no longer in the file.
 * Whoever reads at an older moment (a backup) holds it up: then it is owed, and tried again with each sweep.
 */
export class LogCut {
  readonly #database: DatabaseSync;
  readonly #checkpoint: StatementSync;
  #isOwed = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#checkpoint = prepare(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** Answers whether the log is empty. */
  cut(): boolean {
    this.#database.exec(`PRAGMA busy_timeout = ${triedForMs}`);
    try {
      const row = this.#checkpoint.get();
      this.#isOwed = row === undefined || integerAt(row, 0) !== 0;
    } catch {
      // A disk that is full: the log stays as it is, and is whole.
      this.#isOwed = true;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
    }
    return !this.#isOwed;
  }

  cutWhereOwed(): void {
    if (this.#isOwed) this.cut();
  }
}
