import type { DatabaseSync, StatementSync } from "node:sqlite";
import { BulkInsert } from "./bulk-insert.ts";
import { integerAt, prepare, textAt } from "./columns.ts";
import type { CounterRows } from "./counter-rows.ts";
import type { Tally } from "./tally.ts";

/** Codes of the states that end a postback, as `ending.state` holds them. Delivered ones are left out of the index of endings. */
export const endingStates = ["delivered", "dead", "cancelled"] as const;
export type EndingState = (typeof endingStates)[number];

export type Ending = {
  readonly receiver: number;
  readonly state: EndingState;
  readonly reason: string | null;
  readonly at: number;
  /** Highest number of an attempt. */
  readonly attempts: number;
  /** The attempt that ended it, packed. */
  readonly attempt: string | null;
  /** Why it could not be rendered. */
  readonly message: string | null;
  /** What the end is counted by; looked up where whoever ends it does not know. */
  readonly of?: EndedPostback;
};

export type EndedPostback = { readonly name: string; readonly createdAt: number };

export type LoggedAttempt = { readonly number: number; readonly startedAt: number; readonly text: string };

/** Writes what happened to postbacks: endings, and attempts that ended nothing. */
export class Endings {
  readonly #tally: Tally;
  readonly #insert: BulkInsert;
  readonly #insertAttempt: StatementSync;
  readonly #counters: CounterRows;
  readonly #ended: StatementSync;

  constructor(database: DatabaseSync, given: { readonly tally: Tally; readonly counters: CounterRows }) {
    this.#tally = given.tally;
    this.#counters = given.counters;
    this.#ended = prepare(
      database,
      "SELECT event.name, postback.created_at FROM any_postback AS postback JOIN any_event AS event ON event.sequence = postback.event WHERE postback.sequence = ?",
    );
    this.#insert = new BulkInsert(database, "ending", [
      "postback",
      "receiver",
      "state",
      "reason",
      "ended_at",
      "attempts",
      "attempt",
      "message",
    ]);
    this.#insertAttempt = prepare(
      database,
      "INSERT OR IGNORE INTO attempt (postback, number, started_at, body) VALUES (?, ?, ?, ?)",
    );
  }

  end(postback: number, { receiver, state, reason, at, attempts, attempt, message, of }: Ending): void {
    this.#insert.add(postback, receiver, endingStates.indexOf(state), reason, at, attempts, attempt, message);
    const { name, createdAt } = of ?? this.#read(postback);
    const measure = state === "dead" ? `dead:${reason}` : state;
    this.#counters.countEnd({ at, receiver, name, measure }, state === "delivered" ? at - createdAt : null);
    switch (state) {
      case "delivered":
        this.#tally.counts.delivered += 1;
        break;
      case "dead":
        this.#tally.countDead(reason ?? "");
        break;
      case "cancelled":
        this.#tally.counts.cancelled += 1;
        break;
    }
  }

  #read(postback: number): EndedPostback {
    const row = this.#ended.get(postback);
    return row === undefined ? { name: "", createdAt: 0 } : { name: textAt(row, 0), createdAt: integerAt(row, 1) };
  }

  flush(): void {
    this.#insert.flush();
  }

  rolledBack(): void {
    this.#insert.rolledBack();
  }

  /** Answers false where this very attempt is in the log already: a settlement given twice. */
  logAttempt(postback: number, attempt: LoggedAttempt): boolean {
    return this.#insertAttempt.run(postback, attempt.number, attempt.startedAt, attempt.text).changes === 1;
  }
}
