import type { StatementSync } from "node:sqlite";
import { integerAt, oneInteger, prepare, textAt } from "./columns.ts";
import { endingStates } from "./endings.ts";
import { sliceOf } from "./event-spans.ts";
import type { StoreState } from "./store-state.ts";

const dead = endingStates.indexOf("dead");
/** Rows of `span` looked at for each removal: it has far fewer than events. */
const spansLookedAtMax = 16;

const selectOldEvents = "SELECT sequence, recorded_at, id FROM event ORDER BY sequence LIMIT ?";

/** Over events :first to :last and the postbacks :from to :upTo that were made with them, in this order. */
const keepPostbacks = `
  INSERT INTO kept_postback SELECT * FROM postback WHERE sequence BETWEEN ? AND ?
  AND NOT EXISTS (SELECT 1 FROM ending WHERE ending.postback = postback.sequence AND state <> ${dead})`;
const keepEvents = `
  INSERT OR IGNORE INTO kept_event SELECT * FROM event WHERE sequence BETWEEN ? AND ? AND (
    EXISTS (SELECT 1 FROM kept_postback WHERE kept_postback.sequence BETWEEN first_postback AND first_postback + postbacks - 1)
    OR EXISTS (SELECT 1 FROM later_postback WHERE later_postback.event = event.sequence AND (postback > ?
      OR EXISTS (SELECT 1 FROM kept_postback WHERE kept_postback.sequence = later_postback.postback))))`;
const removePostbacks = [
  "DELETE FROM postback WHERE sequence BETWEEN ? AND ?",
  `DELETE FROM attempt WHERE postback BETWEEN ? AND ?
   AND NOT EXISTS (SELECT 1 FROM kept_postback WHERE kept_postback.sequence = attempt.postback)`,
  `DELETE FROM postback_version WHERE postback BETWEEN ? AND ?
   AND NOT EXISTS (SELECT 1 FROM kept_postback WHERE kept_postback.sequence = postback_version.postback)`,
  `DELETE FROM ending WHERE postback BETWEEN ? AND ?
   AND NOT EXISTS (SELECT 1 FROM kept_postback WHERE kept_postback.sequence = ending.postback)`,
];
const removeEvents = [
  `DELETE FROM later_postback WHERE event BETWEEN ? AND ?
   AND NOT EXISTS (SELECT 1 FROM kept_event WHERE kept_event.sequence = later_postback.event)`,
  `DELETE FROM amendment WHERE event BETWEEN ? AND ?
   AND NOT EXISTS (SELECT 1 FROM kept_event WHERE kept_event.sequence = amendment.event)`,
  "DELETE FROM event WHERE sequence BETWEEN ? AND ?",
];

/**
 * History goes by range, oldest first, in the commit that appends new rows: its pages are used again,
 * and the file stays as large as what it keeps. What still waits, and what is dead, is copied to
 * `kept_postback` with its event before its neighbours go; its versions, attempts and ending stay where they are.
 */
export class RetentionRows {
  readonly #state: StoreState;
  readonly #oldEvents: StatementSync;
  readonly #lastPostback: StatementSync;
  readonly #waiting: StatementSync;
  readonly #spans: StatementSync;
  readonly #removeSpan: StatementSync;
  readonly #keepPostbacks: StatementSync;
  readonly #keepEvents: StatementSync;
  readonly #removePostbacks: readonly StatementSync[];
  readonly #removeEvents: readonly StatementSync[];
  /** When the oldest event was recorded, as last seen: most commits have nothing to remove. */
  #oldestAt: number | null = null;

  constructor(state: StoreState) {
    const { database } = state;
    this.#state = state;
    this.#oldEvents = prepare(database, selectOldEvents);
    this.#lastPostback = prepare(
      database,
      "SELECT max(first_postback + postbacks) - 1 FROM event WHERE sequence BETWEEN ? AND ?",
    );
    this.#waiting = prepare(database, "SELECT event FROM waiting WHERE event BETWEEN ? AND ?");
    this.#spans = prepare(database, "SELECT slice, first, last FROM span ORDER BY slice, first LIMIT ?");
    this.#removeSpan = prepare(database, "DELETE FROM span WHERE slice = ? AND first = ?");
    this.#keepPostbacks = prepare(database, keepPostbacks);
    this.#keepEvents = prepare(database, keepEvents);
    this.#removePostbacks = removePostbacks.map((sql) => prepare(database, sql));
    this.#removeEvents = removeEvents.map((sql) => prepare(database, sql));
  }

  /** Removes at most `slice` events recorded before the time; answers how many were looked at, and how many are gone. */
  removeEvents(before: number, slice: number): { readonly looked: number; readonly removed: number } {
    if (this.#oldestAt !== null && this.#oldestAt >= before) return { looked: 0, removed: 0 };
    const rows = this.#oldEvents.all(slice);
    const newer = rows.findIndex((row) => integerAt(row, 1) >= before);
    const old = newer === -1 ? rows : rows.slice(0, newer);
    this.#oldestAt = newer === -1 ? null : integerAt(rows[newer] ?? [], 1);
    const [first] = old;
    const last = old.at(-1);
    if (first === undefined || last === undefined) return { looked: 0, removed: 0 };
    const range = { first: integerAt(first, 0), last: integerAt(last, 0) };
    const kept = this.#removeRange(range);
    this.#state.spans.forgetUpTo(sliceOf(textAt(last, 2)));
    return { looked: old.length, removed: old.length - kept };
  }

  rolledBack(): void {
    this.#oldestAt = null;
  }

  /** Answers how many of the events are kept. */
  #removeRange({ first, last }: { readonly first: number; readonly last: number }): number {
    const { tally, waiting, spans, clientEventIds } = this.#state;
    const { counts } = tally;
    const from = counts.removedUpTo + 1;
    const upTo = Math.max(counts.removedUpTo, oneInteger(this.#lastPostback, first, last) ?? 0);
    counts.removedUpTo = upTo;
    this.#keepPostbacks.run(from, upTo);
    const kept = Number(this.#keepEvents.run(first, last, upTo).changes);
    for (const row of this.#waiting.all(first, last)) waiting.remove(integerAt(row, 0));
    clientEventIds.outlive(first, last);
    for (const statement of this.#removePostbacks) statement.run(from, upTo);
    for (const statement of this.#removeEvents) statement.run(first, last);
    for (const row of this.#spans.all(spansLookedAtMax)) {
      if (integerAt(row, 2) <= last) this.#removeSpan.run(integerAt(row, 0), integerAt(row, 1));
    }
    if (kept > 0) spans.keptChanged();
    return kept;
  }
}
