import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, integerOrNullAt, prepare, type Row, textAt } from "./columns.ts";
import { readStoredEvent, selectEventBySequence } from "./event-rows.ts";
import { hashText } from "./key-hash.ts";
import type { Tally } from "./tally.ts";

export const clientEventHash = (app: string, clientEventId: string): number => hashText(`${app}\n${clientEventId}`);

/**
 * Known client event ids, by a hash: the id itself is in the event's source, and is looked at before
 * it is believed. Forgotten by walking old events, without an index on time.
 */
export class ClientEventIds {
  readonly #tally: Tally;
  readonly #textOf: (name: number) => string;
  /** Puts into the table what has been added to it in this transaction. */
  readonly #beforeReading: () => void;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #event: StatementSync;
  readonly #walk: StatementSync;
  readonly #orphan: StatementSync;
  readonly #insertOrphan: StatementSync;
  readonly #oldestOrphans: StatementSync;
  readonly #deleteOrphan: StatementSync;

  constructor(
    database: DatabaseSync,
    {
      tally,
      textOf,
      beforeReading,
    }: { readonly tally: Tally; readonly textOf: (name: number) => string; readonly beforeReading: () => void },
  ) {
    this.#tally = tally;
    this.#textOf = textOf;
    this.#beforeReading = beforeReading;
    this.#select = prepare(database, "SELECT event FROM client_event WHERE hash = ?");
    this.#insert = prepare(database, "INSERT INTO client_event (hash, event) VALUES (?, ?)");
    this.#delete = prepare(database, "DELETE FROM client_event WHERE hash = ? AND event = ?");
    this.#event = prepare(database, selectEventBySequence);
    this.#walk = prepare(
      database,
      "SELECT sequence, recorded_at, client_hash FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
    );
    this.#orphan = prepare(database, "SELECT id, app, client_event_id FROM orphan_client_event WHERE event = ?");
    this.#insertOrphan = prepare(
      database,
      "INSERT INTO orphan_client_event (event, app, client_event_id, id, recorded_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#oldestOrphans = prepare(
      database,
      "SELECT event, recorded_at, app, client_event_id FROM orphan_client_event ORDER BY event LIMIT ?",
    );
    this.#deleteOrphan = prepare(database, "DELETE FROM orphan_client_event WHERE event = ?");
  }

  /** The id of the first event with this client event id, or null. */
  find(app: string, clientEventId: string): string | null {
    for (const row of this.#select.all(clientEventHash(app, clientEventId))) {
      const event = integerAt(row, 0);
      const known = this.#read(event);
      if (known !== null && known.app === app && known.clientEventId === clientEventId) return known.id;
    }
    return null;
  }

  add(hash: number, event: number): void {
    this.#insert.run(hash, event);
  }

  /** Forgets at most `slice` of those recorded before the time; answers how many events were walked over. */
  forgetBefore(before: number, slice: number): number {
    let walked = 0;
    for (const row of this.#oldestOrphans.all(slice)) {
      if (integerAt(row, 1) >= before) break;
      const event = integerAt(row, 0);
      this.#delete.run(clientEventHash(this.#textOf(integerAt(row, 2)), textAt(row, 3)), event);
      this.#deleteOrphan.run(event);
      walked += 1;
    }
    for (const row of this.#walk.all(this.#tally.counts.forgottenUpTo, slice)) {
      if (integerAt(row, 1) >= before) break;
      const hash = integerOrNullAt(row, 2);
      if (hash !== null) this.#delete.run(hash, integerAt(row, 0));
      this.#tally.counts.forgottenUpTo = integerAt(row, 0);
      walked += 1;
    }
    return walked;
  }

  /** Events up to `last` are about to go: what must still be known of them is kept aside. */
  outlive(last: number): void {
    const { counts } = this.#tally;
    if (counts.forgottenUpTo >= last) return;
    for (const row of this.#walk.all(counts.forgottenUpTo, last - counts.forgottenUpTo)) {
      const event = integerAt(row, 0);
      if (event > last) break;
      if (integerOrNullAt(row, 2) !== null) this.#keepAside(event, integerAt(row, 1));
    }
    counts.forgottenUpTo = last;
  }

  #keepAside(event: number, recordedAt: number): void {
    const stored = this.#event.get(event);
    if (stored === undefined) return;
    const { clientEventId } = readStoredEvent(stored, this.#textOf);
    if (clientEventId !== null) {
      this.#insertOrphan.run(event, integerAt(stored, 2), clientEventId, textAt(stored, 1), recordedAt);
    }
  }

  #read(event: number): { readonly id: string; readonly app: string; readonly clientEventId: string | null } | null {
    const orphan = this.#orphan.get(event);
    if (orphan !== undefined) return this.#orphaned(orphan);
    this.#beforeReading();
    const stored = this.#event.get(event);
    if (stored === undefined) return null;
    const { id, appId, clientEventId } = readStoredEvent(stored, this.#textOf);
    return { id, app: appId, clientEventId };
  }

  #orphaned(row: Row): { readonly id: string; readonly app: string; readonly clientEventId: string } {
    return { id: textAt(row, 0), app: this.#textOf(integerAt(row, 1)), clientEventId: textAt(row, 2) };
  }
}
