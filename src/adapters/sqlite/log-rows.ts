import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Event } from "#src/core/events/event.ts";
import { eventIdOfPostback } from "#src/core/postbacks/postback-id.ts";
import { integerAt, oneInteger, prepare, type Row, textAt, textOrNullAt } from "./columns.ts";
import { numbersOfDecisions } from "./decisions-text.ts";
import { eventColumns, readStoredEvent } from "./event-rows.ts";
import { selectSpanEvents, sliceOf } from "./event-spans.ts";
import type { Flat } from "./flat.ts";
import { NameReader } from "./name-rows.ts";
import { NewestRequest } from "./newest-request.ts";
import { pushPostbackRow } from "./postback-rows.ts";

/** An event with everything that was written about it since. */
export type FoundEvent = {
  readonly sequence: number;
  readonly row: Row;
  readonly app: string;
  readonly type: string;
  readonly name: string;
  readonly receivedAt: number;
  readonly enrichment: string | null;
  readonly lists: readonly DecisionList[];
};
/** Decisions made at one moment, as the column has them. */
type DecisionList = { readonly at: number; readonly revision: number; readonly decisions: string };

/** A postback and where it stands, as the file says: who has it in hand only the store thread knows. */
export type FoundPostback = {
  readonly row: Row;
  readonly eventId: string;
  readonly eventName: string;
  readonly createdAt: number;
  readonly receiver: number;
  readonly live: Row | undefined;
  readonly ending: Row | undefined;
};

const selectPostback = `
  SELECT postback.sequence, event.id, tag, receiver, target, redelivery, created_at, expires_at, method, url, headers, body, postback.event, event.app, event.name
  FROM any_postback AS postback JOIN any_event AS event ON event.sequence = postback.event WHERE postback.sequence = ?`;

/** Reads rows of the data file for those who look. */
export class LogRows {
  readonly names: NameReader;
  readonly #event: StatementSync;
  readonly #amendments: StatementSync;
  readonly #span: StatementSync;
  readonly #keptId: StatementSync;
  readonly #postback: StatementSync;
  readonly #live: StatementSync;
  readonly #ending: StatementSync;
  readonly #attempts: StatementSync;
  readonly #ofEvent: StatementSync;
  readonly #newest: NewestRequest;

  constructor(database: DatabaseSync) {
    this.names = new NameReader(database);
    this.#event = prepare(database, `SELECT ${eventColumns} FROM any_event WHERE sequence = ?`);
    this.#amendments = prepare(
      database,
      "SELECT amended_at, revision, enrichment, decisions FROM amendment WHERE event = ? ORDER BY position",
    );
    this.#newest = new NewestRequest(database);
    this.#span = prepare(database, selectSpanEvents);
    this.#keptId = prepare(database, "SELECT sequence FROM kept_event WHERE id = ?");
    this.#postback = prepare(database, selectPostback);
    this.#live = prepare(database, "SELECT due, attempts FROM live WHERE postback = ?");
    this.#ending = prepare(
      database,
      "SELECT state, reason, ended_at, attempts, attempt, message FROM ending WHERE postback = ?",
    );
    this.#attempts = prepare(database, "SELECT body FROM attempt WHERE postback = ? ORDER BY number, started_at");
    this.#ofEvent = prepare(
      database,
      `SELECT sequence, tag FROM any_postback WHERE sequence BETWEEN ? AND ?
       UNION ALL
       SELECT sequence, tag FROM later_postback JOIN any_postback ON sequence = postback WHERE later_postback.event = ?
       ORDER BY 1`,
    );
  }

  event(sequence: number): FoundEvent | null {
    const row = this.#event.get(sequence);
    return row === undefined ? null : this.foundEvent(row);
  }

  /** A row of `eventColumns` with what was written about it since. */
  foundEvent(row: Row): FoundEvent {
    const sequence = integerAt(row, 0);
    let enrichment = textOrNullAt(row, 11);
    const lists = [{ at: integerAt(row, 4), revision: integerAt(row, 5), decisions: textAt(row, 9) }];
    for (const amendment of this.#amendments.all(sequence)) {
      enrichment = textOrNullAt(amendment, 2);
      lists.push({ at: integerAt(amendment, 0), revision: integerAt(amendment, 1), decisions: textAt(amendment, 3) });
    }
    const app = this.names.textOf(integerAt(row, 2));
    const receivedAt = integerAt(row, 3);
    return { sequence, row, app, type: textAt(row, 13), name: textAt(row, 14), receivedAt, enrichment, lists };
  }

  /** Read from its source: only where its columns do not say enough. */
  parse({ row, enrichment }: FoundEvent): Event {
    return readStoredEvent(row, (name) => this.names.textOf(name), enrichment);
  }

  sequenceOfEvent(id: string): number | null {
    for (const row of this.#span.iterate(sliceOf(id))) if (textAt(row, 1) === id) return integerAt(row, 0);
    return oneInteger(this.#keptId, id);
  }

  sequenceOfPostback(id: string): number | null {
    const eventId = eventIdOfPostback(id);
    const event = eventId === null ? null : this.sequenceOfEvent(eventId);
    if (eventId === null || event === null) return null;
    const tag = id.slice(eventId.length + 1);
    return this.postbacksOf(event).find((postback) => postback.tag === tag)?.sequence ?? null;
  }

  /** All postbacks of an event, the oldest first. */
  postbacksOf(event: number): { readonly sequence: number; readonly tag: string }[] {
    const row = this.#event.get(event);
    if (row === undefined) return [];
    const first = integerAt(row, 7);
    return this.#ofEvent
      .all(first, first + integerAt(row, 8) - 1, event)
      .map((postback) => ({ sequence: integerAt(postback, 0), tag: this.names.textOf(integerAt(postback, 1)) }));
  }

  postback(sequence: number): FoundPostback | null {
    const row = this.#postback.get(sequence);
    if (row === undefined) return null;
    const live = this.#live.get(sequence);
    return {
      row,
      eventId: textAt(row, 1),
      eventName: textAt(row, 14),
      createdAt: integerAt(row, 6),
      receiver: integerAt(row, 3),
      live,
      ending: this.#ending.get(sequence),
    };
  }

  appOf({ row }: FoundPostback): string {
    return this.names.textOf(integerAt(row, 13));
  }

  /** Attempts of a postback, packed, in the order of their numbers. */
  attempts({ row, ending }: FoundPostback): string[] {
    const attempts = this.#attempts.all(integerAt(row, 0)).map((attempt) => textAt(attempt, 0));
    const last = ending === undefined ? null : textOrNullAt(ending, 4);
    return last === null ? attempts : [...attempts, last];
  }

  /** As `pushScanned`, then `…postback ids`: see `readStored`. */
  pushEvent(answer: Flat, found: FoundEvent): void {
    this.pushScanned(answer, found);
    const postbacks = this.postbacksOf(found.sequence);
    answer.push(postbacks.length);
    for (const { tag } of postbacks) answer.push(tag);
  }

  /** `id, app, received at, address, enrichment, source, …(at, revision, …decisions)`: see `readScanned`. */
  pushScanned(answer: Flat, found: FoundEvent): void {
    const { row, app, enrichment, lists } = found;
    answer.push(
      textAt(row, 1),
      app,
      integerAt(row, 3),
      textOrNullAt(row, 10),
      enrichment,
      textAt(row, 12),
      lists.length,
    );
    for (const { at, revision, decisions } of lists) {
      const numbers = numbersOfDecisions(decisions, (name) => this.names.textOf(name));
      answer.push(at, revision, numbers.length);
      for (const number of numbers) answer.push(this.names.textOf(number));
    }
  }

  /**
   * The row, `app, event name`, how it stands (`0, due, attempts` live, `1, state, reason, ended at,
   * attempts, message` ended, `2, attempts` in hand), then its attempts, of which a summary needs only
   * the newest that was answered: see `readSummary`.
   */
  pushPostback(answer: Flat, found: FoundPostback): void {
    const { row, live, ending } = found;
    pushPostbackRow(answer, this.#newest.of(row), (name) => this.names.textOf(name));
    answer.push(this.appOf(found), found.eventName);
    const attempts = this.attempts(found);
    if (ending !== undefined) {
      answer.push(
        1,
        integerAt(ending, 0),
        textOrNullAt(ending, 1),
        integerAt(ending, 2),
        integerAt(ending, 3),
        textOrNullAt(ending, 5),
      );
    } else if (live !== undefined) answer.push(0, integerAt(live, 0), integerAt(live, 1));
    else answer.push(2, 0);
    answer.push(attempts.length);
    for (const attempt of attempts) answer.push(attempt);
  }
}
