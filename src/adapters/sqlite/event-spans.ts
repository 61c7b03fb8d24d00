import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, oneInteger, prepare, textAt } from "./columns.ts";

/**
 * Finds an event by its id without an index on ids: a UUIDv7 says when it was minted, and `span` says
 * which consecutive events were minted in the same slice of time. One row for many events while they
 * come in fast; at most some thousand rows to look through for an id that is asked for.
 */
const sliceMs = 128;
/** Ids of the newest slices stay in memory: every new event is looked up once. */
const idsHeldMax = 50_000;

export const sliceOf = (id: string): number => {
  let minted = 0;
  for (let index = 0; index < 13; index += 1) {
    if (index === 8) continue;
    const digit = hexDigit(id.charCodeAt(index));
    if (digit < 0) return -1;
    minted = minted * 16 + digit;
  }
  return Math.floor(minted / sliceMs);
};

const hexDigit = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
};

export const selectSpanEvents = `
  SELECT event.sequence, event.id FROM span JOIN event ON event.sequence BETWEEN span.first AND span.last WHERE span.slice = ?`;

/**
 * The last twelve digits of an id, all of them random, as a number. Ids are not held as texts: V8 puts
 * every text that is a key of a map into its table of strings, which cost more than all else here.
 */
const tailOf = (id: string): number => {
  let tail = 0;
  for (let index = id.length - tailDigits; index < id.length; index += 1) {
    tail = tail * 16 + (hexDigit(id.charCodeAt(index)) & 0xf);
  }
  return tail;
};
const tailDigits = 12;

export class EventSpans {
  /** For each slice the sequences of its events by the tails of their ids; the newest of those that share one. */
  readonly #slices = new Map<number, Map<number, number>>();
  #idsHeld = 0;
  /** The last row of `span`, while it can still grow. */
  #open: { readonly slice: number; readonly first: number; last: number } | null = null;
  /** Its `last` is ahead of the table's. */
  #isGrown = false;
  #newestKeptId: string | null = null;
  readonly #insert: StatementSync;
  readonly #extend: StatementSync;
  readonly #selectSlice: StatementSync;
  readonly #selectById: StatementSync;
  readonly #selectKept: StatementSync;
  readonly #newestKept: StatementSync;

  readonly #beforeReading: () => void;

  /** `beforeReading` puts into the table what has been added to it in this transaction. */
  constructor(database: DatabaseSync, beforeReading: () => void) {
    this.#beforeReading = beforeReading;
    this.#insert = prepare(database, "INSERT INTO span (slice, first, last) VALUES (?, ?, ?)");
    this.#extend = prepare(database, "UPDATE span SET last = ? WHERE slice = ? AND first = ?");
    this.#selectSlice = prepare(database, selectSpanEvents);
    this.#selectById = prepare(database, `${selectSpanEvents} AND event.id = ?`);
    this.#selectKept = prepare(database, "SELECT sequence FROM kept_event WHERE id = ?");
    this.#newestKept = prepare(database, "SELECT max(id) FROM kept_event");
    this.keptChanged();
  }

  /** The event's sequence, or null where it is not recorded. */
  find(id: string): number | null {
    const slice = sliceOf(id);
    if (this.#sliceAt(slice).has(tailOf(id))) {
      // An id that is known is rare, and its tail alone does not prove it.
      this.#writeAdded();
      const found = oneInteger(this.#selectById, slice, id);
      if (found !== null) return found;
    }
    if (this.#newestKeptId === null || id > this.#newestKeptId) return null;
    return oneInteger(this.#selectKept, id);
  }

  /** In the order of their sequences; `flush` writes what they amount to. */
  add(id: string, sequence: number): void {
    const slice = sliceOf(id);
    this.#sliceAt(slice).set(tailOf(id), sequence);
    this.#idsHeld += 1;
    const open = this.#open;
    if (open !== null && open.slice === slice && open.last === sequence - 1) {
      open.last = sequence;
      this.#isGrown = true;
      return;
    }
    this.flush();
    this.#insert.run(slice, sequence, sequence);
    this.#open = { slice, first: sequence, last: sequence };
  }

  /** Before a commit, and before a slice is read. */
  flush(): void {
    if (this.#isGrown && this.#open !== null) this.#extend.run(this.#open.last, this.#open.slice, this.#open.first);
    this.#isGrown = false;
  }

  /** Events were kept, or kept ones removed. */
  keptChanged(): void {
    const row = this.#newestKept.get();
    const newest = row === undefined ? null : row[0];
    this.#newestKeptId = typeof newest === "string" ? newest : null;
  }

  /** Events are removed: what is held of their slices no longer holds. */
  forgetUpTo(newest: number): void {
    for (const [slice, ids] of this.#slices) {
      if (slice > newest) continue;
      this.#idsHeld -= ids.size;
      this.#slices.delete(slice);
    }
  }

  rolledBack(): void {
    this.#open = null;
    this.#isGrown = false;
    this.#slices.clear();
    this.#idsHeld = 0;
    this.keptChanged();
  }

  #writeAdded(): void {
    this.#beforeReading();
    this.flush();
  }

  #sliceAt(slice: number): Map<number, number> {
    const held = this.#slices.get(slice);
    if (held !== undefined) return held;
    this.#writeAdded();
    const loaded = new Map<number, number>();
    for (const row of this.#selectSlice.iterate(slice)) loaded.set(tailOf(textAt(row, 1)), integerAt(row, 0));
    this.#makeRoom();
    this.#slices.set(slice, loaded);
    this.#idsHeld += loaded.size;
    return loaded;
  }

  #makeRoom(): void {
    for (const [slice, ids] of this.#slices) {
      if (this.#idsHeld < idsHeldMax) return;
      this.#idsHeld -= ids.size;
      this.#slices.delete(slice);
    }
  }
}
