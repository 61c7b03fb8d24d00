import type { StatementSync } from "node:sqlite";
import { integerAt, integerOrNullAt, prepare } from "./columns.ts";
import { endingStates } from "./endings.ts";
import type { StoreState } from "./store-state.ts";

const dead = endingStates.indexOf("dead");

/** Postbacks of a kept event, wherever they are, with their endings. The last column is null where the row is not a kept one. */
const selectPostbacks = `
  SELECT found.sequence, ending.state, ending.ended_at, kept_postback.sequence FROM (
    SELECT sequence FROM any_postback WHERE sequence BETWEEN ? AND ?
    UNION ALL SELECT postback FROM later_postback WHERE later_postback.event = ?
  ) AS found
  LEFT JOIN ending ON ending.postback = found.sequence
  LEFT JOIN kept_postback ON kept_postback.sequence = found.sequence`;

/** What outlived its neighbours goes too, when it has ended and its own time is over. Walked in slices, round and round. */
export class KeptRows {
  readonly #state: StoreState;
  readonly #events: StatementSync;
  readonly #postbacks: StatementSync;
  readonly #removePostback: readonly StatementSync[];
  readonly #removeEvent: readonly StatementSync[];
  #walkedUpTo = 0;

  constructor(state: StoreState) {
    const { database } = state;
    this.#state = state;
    this.#events = prepare(
      database,
      "SELECT sequence, first_postback, postbacks FROM kept_event WHERE sequence > ? ORDER BY sequence LIMIT ?",
    );
    this.#postbacks = prepare(database, selectPostbacks);
    const remove = (table: string, column: string): StatementSync =>
      prepare(database, `DELETE FROM ${table} WHERE ${column} = ?`);
    this.#removePostback = [
      remove("kept_postback", "sequence"),
      remove("postback_version", "postback"),
      remove("attempt", "postback"),
      remove("ending", "postback"),
    ];
    this.#removeEvent = [
      remove("later_postback", "event"),
      remove("amendment", "event"),
      remove("kept_event", "sequence"),
    ];
  }

  /** Looks at a slice of kept events; answers how many are gone. */
  remove(deadBefore: number, slice: number): number {
    const rows = this.#events.all(this.#walkedUpTo, slice);
    let removed = 0;
    for (const row of rows) {
      const event = integerAt(row, 0);
      const first = integerAt(row, 1);
      if (this.#removeOf(event, { first, last: first + integerAt(row, 2) - 1 }, deadBefore)) removed += 1;
      this.#walkedUpTo = event;
    }
    if (rows.length < slice) this.#walkedUpTo = 0;
    if (removed > 0) this.#state.spans.keptChanged();
    return removed;
  }

  /** Answers whether nothing held the event back. */
  #removeOf(event: number, own: { readonly first: number; readonly last: number }, deadBefore: number): boolean {
    let isHeld = false;
    for (const row of this.#postbacks.all(own.first, own.last, event)) {
      const state = integerOrNullAt(row, 1);
      const isOver = state !== null && (state !== dead || integerAt(row, 2) < deadBefore);
      const isKept = integerOrNullAt(row, 3) !== null;
      if (isOver && isKept) for (const statement of this.#removePostback) statement.run(integerAt(row, 0));
      else if (!isOver || this.#state.postbacks.receiverOf(integerAt(row, 0)) !== null) isHeld = true;
    }
    if (!isHeld) for (const statement of this.#removeEvent) statement.run(event);
    return !isHeld;
  }
}
