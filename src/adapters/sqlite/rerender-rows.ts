import type { StatementSync } from "node:sqlite";
import { findPostback } from "./cancel-rows.ts";
import { prepare } from "./columns.ts";
import type { Flat, FlatReader } from "./flat.ts";
import { cancellationOf } from "./lease-ends.ts";
import type { StoreState } from "./store-state.ts";

const insertVersion = `
  INSERT INTO postback_version (postback, version, rendered_at, method, url, headers, body)
  SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM postback_version WHERE postback = ?1`;

/** Appends new versions of the requests of postbacks that wait; the rows of postbacks stay as they were written. */
export class RerenderRows {
  readonly #state: StoreState;
  readonly #insert: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#insert = prepare(state.database, insertVersion);
  }

  /** `at, count, …(id, token, method, url, headers, body)`; answers for each whether it has a new version. */
  rerender(call: FlatReader, answer: Flat): void {
    const at = call.number();
    for (let left = call.number(); left > 0; left -= 1) {
      const sequence = findPostback(this.#state, call.text());
      const token = call.textOrNull();
      const isUnsent = sequence !== null && this.#isUnsent(sequence, token);
      const request = [call.text(), call.text(), call.textOrNull(), call.textOrNull()];
      if (isUnsent) this.#insert.run(sequence, at, ...request);
      answer.push(isUnsent ? 1 : 0);
    }
  }

  #isUnsent(sequence: number, token: string | null): boolean {
    const lease = this.#state.leases.get(sequence);
    if (lease !== undefined) {
      return lease.token === token && cancellationOf(this.#state, { sequence, lease }) === null;
    }
    const live = this.#state.live.read(sequence);
    return live !== null && this.#state.marks.over(live.receiver, live.since) === null;
  }
}
