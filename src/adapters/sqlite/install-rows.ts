import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";
import { type FoundInstall, InstallFinder, installKeyHash, readKeys } from "./find-installs.ts";
import type { InstallMessage } from "./store-messages.ts";
import type { Tally } from "./tally.ts";

/** Install records, and their keys by hash. */
export class InstallRows {
  readonly #tally: Tally;
  readonly #finder: InstallFinder;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #insertKey: StatementSync;
  readonly #deleteKey: StatementSync;
  readonly #oldest: StatementSync;

  constructor(database: DatabaseSync, tally: Tally) {
    this.#tally = tally;
    this.#finder = new InstallFinder(database);
    this.#insert = prepare(
      database,
      "INSERT INTO install (record, app, written_at, keys, body) VALUES (?, ?, ?, ?, ?)",
    );
    this.#delete = prepare(database, "DELETE FROM install WHERE record = ?");
    this.#insertKey = prepare(database, "INSERT OR IGNORE INTO install_key (hash, record) VALUES (?, ?)");
    this.#deleteKey = prepare(database, "DELETE FROM install_key WHERE hash = ? AND record = ?");
    this.#oldest = prepare(database, "SELECT record, written_at, app, keys FROM install ORDER BY record LIMIT ?");
  }

  /** As `InstallFinder.find`. */
  find(app: number, appText: string, keys: readonly string[]): FoundInstall | null {
    return this.#finder.find(app, appText, keys);
  }

  /** Takes each of its keys from the record that had it; one left without keys goes. */
  write(install: InstallMessage, at: number): void {
    const { app, appText, keys } = install;
    const record = ++this.#tally.counts.install;
    const fresh = new Set(keys);
    for (const key of fresh) {
      const older = this.#finder.findUnder(app, appText, key);
      if (older === null) continue;
      this.#deleteKey.run(installKeyHash(appText, key), older.record);
      if (older.keys.every((other) => fresh.has(other))) this.#delete.run(older.record);
    }
    this.#insert.run(record, app, at, JSON.stringify(keys), install.body);
    for (const key of fresh) this.#insertKey.run(installKeyHash(appText, key), record);
  }

  /** Removes records written before the time, the oldest first; answers how many, of at most `slice`. */
  removeBefore(before: number, slice: number, textOf: (name: number) => string): number {
    let removed = 0;
    for (const row of this.#oldest.all(slice)) {
      if (integerAt(row, 1) >= before) break;
      const record = integerAt(row, 0);
      const app = textOf(integerAt(row, 2));
      for (const key of readKeys(textAt(row, 3))) this.#deleteKey.run(installKeyHash(app, key), record);
      this.#delete.run(record);
      removed += 1;
    }
    return removed;
  }

  /** Removes the record that has the key, with all of its keys; answers whether there was one. */
  removeUnder(app: number, appText: string, key: string): boolean {
    const found = this.#finder.findUnder(app, appText, key);
    if (found === null) return false;
    for (const other of found.keys) this.#deleteKey.run(installKeyHash(appText, other), found.record);
    this.#delete.run(found.record);
    return true;
  }
}
