import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, integerOrNullAt, prepare, textAt } from "./columns.ts";
import { readStoredEvent, selectEventBySequence } from "./event-rows.ts";
import { hashText } from "./key-hash.ts";
import { KnownSegments, knownHash, knownSegmentSize } from "./known-segments.ts";
import type { Tally } from "./tally.ts";

export const clientEventHash = (app: string, clientEventId: string): number =>
  knownHash(hashText(`${app}\n${clientEventId}`));

/** Segments dropped in one sweep. */
const segmentsForgottenMax = 4;

type KnownEvent = {
  readonly id: string;
  readonly app: string;
  readonly clientEventId: string | null;
  readonly recordedAt: number;
};

/**
 * Known client event ids. Those of the newest events stand in memory, by a hash, and are read from
 * their events at open; older ones are written a segment at a time. The id itself is in the event's
 * source, and is looked at before it is believed.
 */
export class ClientEventIds {
  readonly #database: DatabaseSync;
  readonly #tally: Tally;
  readonly #textOf: (name: number) => string;
  /** Puts into the table what has been added to it in this transaction. */
  readonly #beforeReading: () => void;
  readonly #segments: KnownSegments;
  readonly #open = new Map<number, readonly number[]>();
  #lastAt = 0;
  readonly #added: number[] = [];
  readonly #event: StatementSync;
  readonly #orphan: StatementSync;
  readonly #outliving: StatementSync;
  readonly #insertOrphan: StatementSync;
  readonly #removeOrphans: StatementSync;

  constructor(
    database: DatabaseSync,
    context: {
      readonly tally: Tally;
      readonly textOf: (name: number) => string;
      readonly beforeReading: () => void;
      /** What the filters of known ids may take in memory. */
      readonly filterBytesMax: number;
    },
  ) {
    this.#database = database;
    this.#tally = context.tally;
    this.#textOf = context.textOf;
    this.#beforeReading = context.beforeReading;
    this.#segments = new KnownSegments(database, context.filterBytesMax);
    this.#event = prepare(database, selectEventBySequence);
    this.#orphan = prepare(
      database,
      "SELECT id, app, client_event_id, recorded_at FROM orphan_client_event WHERE event = ?",
    );
    this.#outliving = prepare(
      database,
      "SELECT sequence FROM event WHERE sequence BETWEEN ? AND ? AND recorded_at >= ? AND client_hash IS NOT NULL",
    );
    this.#insertOrphan = prepare(
      database,
      "INSERT INTO orphan_client_event (event, app, client_event_id, id, recorded_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#removeOrphans = prepare(
      database,
      `DELETE FROM orphan_client_event WHERE event IN
       (SELECT event FROM orphan_client_event WHERE recorded_at < ? ORDER BY event LIMIT ?)`,
    );
    this.#load();
  }

  /** The id of the first event with this client event id, or null. */
  find(app: string, clientEventId: string): string | null {
    const hash = clientEventHash(app, clientEventId);
    for (const event of [...(this.#open.get(hash) ?? []), ...this.#segments.find(hash)]) {
      const known = this.#read(event);
      const isMeant = known !== null && known.app === app && known.clientEventId === clientEventId;
      if (isMeant && known.recordedAt >= this.#tally.counts.forgottenBefore) return known.id;
    }
    return null;
  }

  /** Every event is told, in order, with the hash of its client event id if it has one: that is how segments come to their end. */
  add(hash: number | null, event: number, recordedAt: number): void {
    const start = Math.floor(event / knownSegmentSize) * knownSegmentSize;
    if (start > this.#tally.counts.knownUpTo + 1) this.#closeSegment(start - 1);
    if (hash === null) return;
    this.#putOpen(hash, event, recordedAt);
    this.#added.push(hash);
  }

  /**
   * Those recorded before the time are not known from now on, and the oldest filters leave the memory where there are too
   * many; answers whether some of this is left to do.
   */
  forgetBefore(before: number, slice: number): boolean {
    const { counts } = this.#tally;
    counts.forgottenBefore = Math.max(counts.forgottenBefore, before);
    const orphans = Number(this.#removeOrphans.run(before, slice).changes);
    let dropped = 0;
    while (dropped < segmentsForgottenMax && this.#segments.forgetOldest(before)) dropped += 1;
    const isMoving = this.#segments.moveFilters();
    return orphans >= slice || dropped === segmentsForgottenMax || isMoving;
  }

  /** Events are about to go: what must still be known of them is kept aside. */
  outlive(first: number, last: number): void {
    for (const row of this.#outliving.all(first, last, this.#tally.counts.forgottenBefore)) {
      const event = integerAt(row, 0);
      const known = this.#read(event);
      const stored = this.#event.get(event);
      if (known?.clientEventId == null || stored === undefined) continue;
      this.#insertOrphan.run(event, integerAt(stored, 2), known.clientEventId, known.id, known.recordedAt);
    }
  }

  committed(): void {
    this.#added.length = 0;
    this.#segments.committed();
  }

  rolledBack(): void {
    if (this.#segments.isMoved) {
      this.#segments.reload(this.#database);
      this.#load();
    } else {
      for (const hash of this.#added.toReversed()) this.#takeBack(hash);
    }
    this.committed();
  }

  #takeBack(hash: number): void {
    const left = (this.#open.get(hash) ?? []).slice(0, -1);
    if (left.length === 0) this.#open.delete(hash);
    else this.#open.set(hash, left);
  }

  #closeSegment(upTo: number): void {
    const { counts } = this.#tally;
    if (this.#open.size > 0) {
      this.#segments.write(Math.floor(upTo / knownSegmentSize), this.#open, this.#lastAt);
      this.#open.clear();
    }
    counts.knownUpTo = upTo;
  }

  #load(): void {
    this.#open.clear();
    const rows = prepare(
      this.#database,
      "SELECT client_hash, sequence, recorded_at FROM event WHERE sequence > ? AND client_hash IS NOT NULL",
    );
    for (const row of rows.iterate(this.#tally.counts.knownUpTo)) {
      this.#putOpen(integerAt(row, 0), integerAt(row, 1), integerAt(row, 2));
    }
    const orphans = prepare(
      this.#database,
      "SELECT app, client_event_id, event, recorded_at FROM orphan_client_event WHERE event > ?",
    );
    for (const row of orphans.all(this.#tally.counts.knownUpTo)) {
      const hash = clientEventHash(this.#textOf(integerAt(row, 0)), textAt(row, 1));
      this.#putOpen(hash, integerAt(row, 2), integerAt(row, 3));
    }
  }

  #putOpen(hash: number, event: number, recordedAt: number): void {
    const others = this.#open.get(hash);
    this.#open.set(hash, others === undefined ? [event] : [...others, event]);
    if (recordedAt > this.#lastAt) this.#lastAt = recordedAt;
  }

  #read(event: number): KnownEvent | null {
    const orphan = this.#orphan.get(event);
    if (orphan !== undefined) {
      const app = this.#textOf(integerAt(orphan, 1));
      return { id: textAt(orphan, 0), app, clientEventId: textAt(orphan, 2), recordedAt: integerAt(orphan, 3) };
    }
    this.#beforeReading();
    const stored = this.#event.get(event);
    if (stored === undefined) return null;
    const { id, appId, clientEventId } = readStoredEvent(stored, this.#textOf);
    return { id, app: appId, clientEventId, recordedAt: integerOrNullAt(stored, 4) ?? 0 };
  }
}
