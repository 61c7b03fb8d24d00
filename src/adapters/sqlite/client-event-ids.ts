import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, textAt } from "./columns.ts";
import { readStoredEvent, selectEventBySequence } from "./event-rows.ts";
import { hashText } from "./key-hash.ts";

export const clientEventHash = (app: string, clientEventId: string): number => hashText(`${app}\n${clientEventId}`);

/** Known client event ids, by a hash: the id itself is in the event's source, and is looked at before it is believed. */
export class ClientEventIds {
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #event: StatementSync;
  readonly #textOf: (name: number) => string;

  constructor(database: DatabaseSync, textOf: (name: number) => string) {
    this.#textOf = textOf;
    this.#select = prepare(database, "SELECT event FROM client_event WHERE hash = ?");
    this.#insert = prepare(database, "INSERT INTO client_event (hash, event) VALUES (?, ?)");
    this.#delete = prepare(database, "DELETE FROM client_event WHERE hash = ? AND event = ?");
    this.#event = prepare(database, selectEventBySequence);
  }

  /** The id of the first event with this client event id, or null. */
  find(app: string, clientEventId: string): string | null {
    for (const row of this.#select.all(clientEventHash(app, clientEventId))) {
      const stored = this.#event.get(integerAt(row, 0));
      if (stored === undefined) continue;
      const event = readStoredEvent(stored, this.#textOf);
      if (event.clientEventId === clientEventId && event.appId === app) return textAt(stored, 1);
    }
    return null;
  }

  add(hash: number, event: number): void {
    this.#insert.run(hash, event);
  }

  remove(hash: number, event: number): void {
    this.#delete.run(hash, event);
  }
}
