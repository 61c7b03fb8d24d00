import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";
import { installKeyHash, readKeys } from "./find-installs.ts";

export type Waits = { readonly keys: readonly string[]; readonly until: number };

/** Events that wait for their install record. */
export class WaitingRows {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #insertKey: StatementSync;
  readonly #deleteKey: StatementSync;
  readonly #select: StatementSync;
  readonly #under: StatementSync;
  readonly #oldest: StatementSync;
  readonly #textOf: (name: number) => string;

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#textOf = textOf;
    this.#insert = prepare(database, "INSERT INTO waiting (event, app, until, keys) VALUES (?, ?, ?, ?)");
    this.#delete = prepare(database, "DELETE FROM waiting WHERE event = ?");
    this.#insertKey = prepare(database, "INSERT OR IGNORE INTO waiting_key (hash, event) VALUES (?, ?)");
    this.#deleteKey = prepare(database, "DELETE FROM waiting_key WHERE hash = ? AND event = ?");
    this.#select = prepare(database, "SELECT app, keys FROM waiting WHERE event = ?");
    this.#under = prepare(
      database,
      "SELECT waiting.event, app, until, keys FROM waiting_key JOIN waiting ON waiting.event = waiting_key.event WHERE hash = ?",
    );
    this.#oldest = prepare(database, "SELECT event, until FROM waiting ORDER BY event LIMIT ?");
  }

  has(event: number): boolean {
    return this.#select.get(event) !== undefined;
  }

  add(event: number, app: number, waits: Waits): void {
    this.#insert.run(event, app, waits.until, JSON.stringify(waits.keys));
    for (const key of waits.keys) this.#insertKey.run(installKeyHash(this.#textOf(app), key), event);
  }

  remove(event: number): void {
    const row = this.#select.get(event);
    if (row === undefined) return;
    const app = this.#textOf(integerAt(row, 0));
    for (const key of readKeys(textAt(row, 1))) this.#deleteKey.run(installKeyHash(app, key), event);
    this.#delete.run(event);
  }

  /** Events that wait under any of the keys and whose time is not over, oldest first, each once. */
  find(app: number, appText: string, ask: { readonly keys: readonly string[]; readonly now: number }): number[] {
    const found = new Set<number>();
    for (const key of ask.keys) {
      for (const row of this.#under.all(installKeyHash(appText, key))) {
        const isMeant =
          integerAt(row, 1) === app && integerAt(row, 2) >= ask.now && readKeys(textAt(row, 3)).includes(key);
        if (isMeant) found.add(integerAt(row, 0));
      }
    }
    return [...found].sort((one, other) => one - other);
  }

  /** Ends waits whose time is over, the oldest first; answers how many, of at most `slice` looked at. */
  endBefore(now: number, slice: number): number {
    let ended = 0;
    for (const row of this.#oldest.all(slice)) {
      if (integerAt(row, 1) >= now) continue;
      this.remove(integerAt(row, 0));
      ended += 1;
    }
    return ended;
  }
}
