import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SearchKey } from "#src/ports/delivery-log.ts";
import { integerAt, oneInteger, prepare } from "./columns.ts";
import type { EventFinder } from "./find-events.ts";

type LaterPostback = { readonly event: number; readonly sequence: number };

/**
 * Postbacks of all events that have a key, the newest first, each event read when its turn comes: of a person of
 * thousands of events a page reads those that are on it. Postbacks that were made later than their event (sent again,
 * decided anew) are not in the events' order, and are fetched without a look at the events: they are few. Where
 * there are any, the numbers of all events are needed first.
 */
export class PostbacksOfKey {
  readonly #events: EventFinder;
  readonly #later: StatementSync;
  readonly #newestWithLater: StatementSync;

  constructor(database: DatabaseSync, events: EventFinder) {
    this.#events = events;
    this.#later = prepare(
      database,
      "SELECT event, postback FROM json_each(?) AS wanted CROSS JOIN later_postback ON event = wanted.value",
    );
    this.#newestWithLater = prepare(database, "SELECT max(event) FROM later_postback");
  }

  /** Below `before`; some of them may be gone. */
  *find(key: SearchKey, before: number): Generator<number> {
    const newestFirst = this.#events.withValue(key, Number.MAX_SAFE_INTEGER);
    const isAnyLater = oneInteger(this.#newestWithLater) !== null;
    const all = isAnyLater ? [...newestFirst] : null;
    const later = all === null ? [] : this.#laterOf(all, before);
    const told = new Map<number, boolean>();
    const hasKey = (event: number): boolean => {
      const known = told.get(event) ?? this.#events.hasKey(event, key);
      told.set(event, known);
      return known;
    };
    let next = 0;
    const laterAbove = function* (sequence: number): Generator<number> {
      for (let one = later[next]; one !== undefined && one.sequence > sequence; one = later[next]) {
        next += 1;
        if (hasKey(one.event)) yield one.sequence;
      }
    };
    for (const event of this.#events.inTurn(all ?? newestFirst)) {
      const { first, count } = this.#events.postbacksWith(event);
      for (let sequence = Math.min(first + count, before) - 1; sequence >= first; sequence -= 1) {
        yield* laterAbove(sequence);
        if (!hasKey(event)) break;
        yield sequence;
      }
    }
    yield* laterAbove(0);
  }

  #laterOf(events: readonly number[], before: number): readonly LaterPostback[] {
    return this.#later
      .all(JSON.stringify(events))
      .map((row) => ({ event: integerAt(row, 0), sequence: integerAt(row, 1) }))
      .filter(({ sequence }) => sequence < before)
      .sort((one, other) => other.sequence - one.sequence);
  }
}
