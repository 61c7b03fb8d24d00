import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare } from "./columns.ts";

/** Of one event: what was sent on to very many is not all read ahead. */
const postbacksMax = 16;

/** Touches the rows of events and their postbacks, so that the system reads their pages; takes as little of them as it can. */
export class RowsAhead {
  readonly #event: StatementSync;
  readonly #postback: StatementSync;
  readonly #ending: StatementSync;

  constructor(database: DatabaseSync) {
    this.#event = prepare(database, "SELECT first_postback, postbacks FROM event WHERE sequence = ?");
    this.#postback = prepare(database, "SELECT receiver FROM postback WHERE sequence = ?");
    this.#ending = prepare(database, "SELECT state FROM ending WHERE postback = ?");
  }

  read(event: number): void {
    const row = this.#event.get(event);
    if (row === undefined) return;
    const first = integerAt(row, 0);
    for (let postback = first; postback < first + Math.min(integerAt(row, 1), postbacksMax); postback += 1) {
      this.#postback.get(postback);
      this.#ending.get(postback);
    }
  }
}
