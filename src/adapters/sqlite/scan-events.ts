import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import { integerAt, oneInteger, prepare } from "./columns.ts";
import { eventColumns } from "./event-rows.ts";
import { passes } from "./find-events.ts";
import type { Flat } from "./flat.ts";
import type { LogRows } from "./log-rows.ts";

/**
 * A wall clock may be set back, and an event is recorded a little after it arrived: so much wider is
 * the range of sequences that is taken for a range of times.
 */
const clockMarginMs = 600_000;

/** Goes over events in the order in which they were recorded: `DeliveryLog.scanEvents`. */
export class EventScan {
  readonly #rows: LogRows;
  readonly #page: StatementSync;
  readonly #recordedAt: StatementSync;
  readonly #first: StatementSync;
  readonly #last: StatementSync;
  readonly #lastKept: StatementSync;

  constructor(database: DatabaseSync, rows: LogRows) {
    this.#rows = rows;
    this.#page = prepare(
      database,
      `SELECT ${eventColumns} FROM any_event WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?`,
    );
    // Not over both tables as one: SQLite would sort all rows behind the number to answer the first.
    this.#recordedAt = prepare(database, "SELECT recorded_at FROM event WHERE sequence >= ? ORDER BY sequence LIMIT 1");
    this.#first = prepare(database, "SELECT min(sequence) FROM event");
    this.#last = prepare(database, "SELECT max(sequence) FROM event");
    this.#lastKept = prepare(database, "SELECT max(sequence) FROM kept_event");
  }

  /** Answers `looked, left, last sequence looked at`, then for each event `sequence` and what `pushScanned` writes. */
  scan(filter: EventFilter, { after, limit }: { readonly after: number; readonly limit: number }, answer: Flat): void {
    const range = this.#rangeOf(filter);
    const from = Math.max(after, range.first - 1);
    const place = answer.push(0, 0, from);
    let looked = 0;
    for (const row of this.#page.iterate(from, range.last, limit)) {
      looked += 1;
      answer[place - 1] = integerAt(row, 0);
      const found = this.#rows.foundEvent(row);
      if (!passes(this.#rows, found, filter)) continue;
      answer.push(found.sequence);
      this.#rows.pushScanned(answer, found);
    }
    answer[place - 3] = looked;
    answer[place - 2] = looked < limit ? 0 : Math.max(0, range.last - Number(answer[place - 1]));
  }

  /** The sequences among which all events of the time are; what is kept is older than what stands in its place. */
  #rangeOf({ from, to }: EventFilter): { readonly first: number; readonly last: number } {
    const lastKept = oneInteger(this.#lastKept) ?? 0;
    const first = oneInteger(this.#first) ?? lastKept + 1;
    const last = oneInteger(this.#last) ?? lastKept;
    const begin = from === undefined ? first : this.#firstRecordedAt(from - clockMarginMs, { first, last });
    return {
      first: begin === first ? 0 : begin,
      last: to === undefined ? last : this.#firstRecordedAt(to + clockMarginMs, { first, last }),
    };
  }

  /** The first sequence in the range that was recorded at or after the time; sequences and times grow together. */
  #firstRecordedAt(at: number, range: { readonly first: number; readonly last: number }): number {
    let { first, last } = range;
    while (first < last) {
      const middle = Math.floor((first + last) / 2);
      const recordedAt = oneInteger(this.#recordedAt, middle);
      if (recordedAt === null || recordedAt >= at) last = middle;
      else first = middle + 1;
    }
    return first;
  }
}
