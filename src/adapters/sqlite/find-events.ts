import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Event } from "#src/core/events/event.ts";
import { afPrtOf } from "#src/core/events/event-agency.ts";
import { searchKeysOf } from "#src/core/events/search-keys.ts";
import { holdsEvent } from "#src/core/permissions/log-scope.ts";
import type { EventFilter, SearchKey } from "#src/ports/delivery-log.ts";
import { integerAt, prepare } from "./columns.ts";
import { hashText } from "./key-hash.ts";
import { searchTerms } from "./log-messages.ts";
import type { FoundEvent, LogRows } from "./log-rows.ts";
import { type AheadReader, inTurn } from "./read-ahead.ts";
import type { Indexes } from "./search.ts";
import { alternativesOf, findAny } from "./search-alternatives.ts";
import { segmentSize } from "./search-segment.ts";

/** Candidates from the indexes, each looked at in the truth before it is believed. */
export class EventFinder {
  readonly #rows: LogRows;
  readonly #search: Indexes;
  readonly #ahead: AheadReader;
  readonly #eventOfAmendment: StatementSync;
  readonly #inSegment: StatementSync;

  constructor(
    database: DatabaseSync,
    rows: LogRows,
    { indexes, ahead }: { readonly indexes: Indexes; readonly ahead: AheadReader },
  ) {
    this.#rows = rows;
    this.#search = indexes;
    this.#ahead = ahead;
    this.#eventOfAmendment = prepare(database, "SELECT event FROM amendment WHERE position = ?");
    this.#inSegment = prepare(
      database,
      "SELECT sequence FROM any_event WHERE sequence BETWEEN ? AND ? ORDER BY sequence DESC",
    );
  }

  /** At most `limit` events below `before` that pass, the newest first. */
  find(filter: EventFilter, before: number, limit: number): FoundEvent[] {
    const found: FoundEvent[] = [];
    for (const sequence of this.#candidates(filter, before)) {
      if (found.length >= limit) break;
      const event = this.#rows.event(sequence);
      if (event !== null && passes(this.#rows, event, filter)) found.push(event);
    }
    return found;
  }

  /** The postbacks that were written with the event: a range of sequences. */
  postbacksWith(sequence: number): { readonly first: number; readonly count: number } {
    const row = this.#rows.event(sequence)?.row;
    return row === undefined ? { first: 1, count: 0 } : { first: integerAt(row, 7), count: integerAt(row, 8) };
  }

  /** Whether the event has the very key, not only its value. */
  hasKey(sequence: number, key: SearchKey): boolean {
    const found = this.#rows.event(sequence);
    return found !== null && hasKey(this.#rows.parse(found), key);
  }

  /**
   * Sequences below `before` of all events that have the value under some key, the newest first, each part of the
   * index read when its turn comes: of a person of thousands of events a page reads the newest parts.
   */
  *withValue({ value }: SearchKey, before: number): Generator<number> {
    const events = this.#search.index("events");
    events.catchUp();
    const hash = hashText(searchTerms.value(value));
    const amended = this.#amendedWith(hash).filter((sequence) => sequence < before);
    let next = 0;
    let last = before;
    for (const segment of events.segments(before, {})) {
      for (const sequence of events.find(segment, [hash])) {
        if (sequence >= last) continue;
        last = sequence;
        for (; (amended[next] ?? 0) > sequence; next += 1) yield amended[next] ?? 0;
        if (amended[next] === sequence) next += 1;
        yield sequence;
      }
    }
    yield* amended.slice(next);
  }

  /** The same events for somebody who reads each as it comes. */
  inTurn(events: Iterable<number>): Iterable<number> {
    return inTurn(events, this.#ahead);
  }

  /** Events that have a value since a late install: they are not in the order of their amendments. */
  #amendedWith(hash: number): readonly number[] {
    const amendments = this.#search.index("amendments");
    amendments.catchUp();
    const sequences = new Set<number>();
    for (const segment of amendments.segments(Number.MAX_SAFE_INTEGER, {})) {
      for (const position of amendments.find(segment, [hash])) {
        const row = this.#eventOfAmendment.get(position);
        if (row !== undefined) sequences.add(integerAt(row, 0));
      }
    }
    return [...sequences].sort((one, other) => other - one);
  }

  *#candidates(filter: EventFilter, before: number): Generator<number> {
    const { key } = filter;
    if (key !== undefined) {
      yield* this.inTurn(this.withValue(key, before));
      return;
    }
    const alternatives = alternativesOf(termsOf(filter), scopeTerms(filter));
    const events = this.#search.index("events");
    events.catchUp();
    for (const segment of events.segments(before, filter)) {
      const sequences = alternatives === null ? this.#allIn(segment, before) : findAny(events, segment, alternatives);
      for (const sequence of sequences) if (sequence < before) yield sequence;
    }
  }

  *#allIn(segment: number, before: number): Generator<number> {
    const first = segment * segmentSize;
    const last = Math.min(before - 1, first + segmentSize - 1);
    for (const row of this.#inSegment.iterate(first, last)) yield integerAt(row, 0);
  }
}

/** An agency sees less of its apps than all, and the row tells; of an app that is asked for nothing more is to be looked for. */
const scopeTerms = ({ appId, within }: EventFilter): readonly string[] | null =>
  appId !== undefined || within === undefined
    ? null
    : [...within.apps, ...(within.agency?.apps ?? [])].map((app) => searchTerms.app(app));

const termsOf = ({ appId, type, name }: EventFilter): string[] => {
  const terms: string[] = [];
  if (appId !== undefined) terms.push(searchTerms.app(appId));
  if (type !== undefined) terms.push(searchTerms.type(type));
  if (name !== undefined) terms.push(searchTerms.name(name));
  return terms;
};

/** By its columns; by its source only where an id is asked for, or an agency asks. */
export const passes = (
  rows: LogRows,
  found: FoundEvent,
  { appId, type, name, from, to, key, within }: EventFilter,
): boolean =>
  (appId === undefined || found.app === appId) &&
  (type === undefined || found.type === type) &&
  (name === undefined || found.name === name) &&
  (from === undefined || found.receivedAt >= from) &&
  (to === undefined || found.receivedAt < to) &&
  (within === undefined || holdsEvent(within, found.app, () => afPrtOf(rows.parse(found)))) &&
  (key === undefined || hasKey(rows.parse(found), key));

const hasKey = (event: Event, wanted: SearchKey): boolean =>
  searchKeysOf(event).some(({ kind, value }) => kind === wanted.kind && value === wanted.value);
