import type { StatementSync } from "node:sqlite";
import { lanes as laneNames } from "#src/core/postbacks/postback.ts";
import { unpackAttempt } from "./attempt-text.ts";
import { findPostback } from "./cancel-rows.ts";
import { integerAt, prepare, textOrNullAt } from "./columns.ts";
import { endingStates } from "./endings.ts";
import { type Flat, type FlatReader, readText } from "./flat.ts";
import type { StoreState } from "./store-state.ts";

const retryLane = laneNames.indexOf("retry");

/** Dead postbacks go back to waiting. In two calls: the expiry of each is main's to say, by its receiver. */
export class ReplayRows {
  readonly #state: StoreState;
  readonly #select: StatementSync;
  readonly #delete: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#select = prepare(
      state.database,
      `SELECT receiver, attempts, attempt FROM ending WHERE postback = ? AND state = ${endingStates.indexOf("dead")}`,
    );
    this.#delete = prepare(state.database, "DELETE FROM ending WHERE postback = ?");
  }

  /** `ids`; answers for each `sequence, receiver`, or `-1` where it is not dead. */
  findDead(call: FlatReader, answer: Flat): void {
    for (const id of call.list(readText)) {
      const sequence = findPostback(this.#state, id);
      const row = sequence === null ? undefined : this.#select.get(sequence);
      if (sequence === null || row === undefined) answer.push(-1);
      else answer.push(sequence, integerAt(row, 0));
    }
  }

  /** `due, count, …(sequence, expires at)`; answers for each whether it was put back. */
  replay(call: FlatReader, answer: Flat): void {
    const due = call.number();
    for (let left = call.number(); left > 0; left -= 1) {
      const sequence = call.number();
      answer.push(this.#wake(sequence, { due, expiresAt: call.numberOrNull() }) ? 1 : 0);
    }
  }

  #wake(sequence: number, { due, expiresAt }: { readonly due: number; readonly expiresAt: number | null }): boolean {
    const { tally, live, lanes, endings } = this.#state;
    const row = this.#select.get(sequence);
    if (row === undefined) return false;
    const receiver = integerAt(row, 0);
    const attempts = integerAt(row, 1);
    const last = textOrNullAt(row, 2);
    if (last !== null) {
      const { number, exchange } = unpackAttempt(last);
      endings.logAttempt(sequence, { number, startedAt: exchange.startedAt, text: last });
    }
    this.#delete.run(sequence);
    // A number of its own: a mark set before this replay must not cancel it, one set afterwards must.
    const since = ++tally.counts.postback;
    live.put(sequence, { receiver, lane: retryLane, due, since, attempts, spent: 0, strikes: 0, expiresAt });
    lanes.add(receiver, retryLane, { due, postback: sequence });
    return true;
  }
}
