import type { StatementSync } from "node:sqlite";
import { MarkedRows } from "./cancel-rows.ts";
import { integerAt, prepare } from "./columns.ts";
import type { Flat, FlatReader } from "./flat.ts";
import { KeptRows } from "./kept-rows.ts";
import type { RetentionRows } from "./retention-rows.ts";
import type { StoreState } from "./store-state.ts";

const selectExpired = `
  SELECT postback, receiver, lane, since, attempts FROM live
  WHERE expires_at IS NOT NULL AND expires_at < ? ORDER BY expires_at LIMIT ?`;

/** See `Store.sweep`: each kind of work takes at most a slice of rows; whoever took as many may have left some. */
export class SweepRows {
  readonly #retention: RetentionRows;
  readonly #kept: KeptRows;
  readonly #state: StoreState;
  readonly #marked: MarkedRows;
  readonly #expired: StatementSync;

  constructor(state: StoreState, retention: RetentionRows) {
    this.#state = state;
    this.#retention = retention;
    this.#kept = new KeptRows(state);
    this.#marked = new MarkedRows(state);
    this.#expired = prepare(state.database, selectExpired);
  }

  /** `now, slice, events, dead, installs, client ids (milliseconds each)`; answers `expired, cancelled, removed, more`. */
  sweep(call: FlatReader, answer: Flat): void {
    const { names, installs, onceMarks, waiting, clientEventIds } = this.#state;
    const now = call.number();
    const slice = call.number();
    const retention = {
      eventsMs: call.number(),
      deadMs: call.number(),
      installRecordsMs: call.number(),
      clientEventIdsMs: call.number(),
    };
    this.#state.retention = retention;
    this.#state.counters.forget(now);
    const cancelled = this.#marked.write(slice);
    const expired = this.#expire(now, slice);
    const ended = waiting.endBefore(now, slice);
    const installsRemoved = installs.removeBefore(now - retention.installRecordsMs, slice, (name) =>
      names.textOf(name),
    );
    const marksRemoved = onceMarks.removeBefore(now - retention.installRecordsMs, slice);
    const forgotten = clientEventIds.forgetBefore(now - retention.clientEventIdsMs, slice);
    const { looked, removed } = this.#retention.removeEvents(now - retention.eventsMs, slice);
    const released = this.#kept.remove(now - retention.deadMs, slice);
    const counts = [cancelled, expired, ended, installsRemoved, marksRemoved, looked, released];
    const isMore = forgotten || counts.some((count) => count >= slice);
    answer.push(expired, cancelled, removed + released, isMore ? 1 : 0);
  }

  /** What is in flight is left to whoever has it in hand. */
  #expire(now: number, slice: number): number {
    const { leases, marks, live, lanes, endings } = this.#state;
    let expired = 0;
    for (const row of this.#expired.all(now, slice + leases.size)) {
      const postback = integerAt(row, 0);
      const receiver = integerAt(row, 1);
      if (expired >= slice) break;
      if (leases.has(postback) || marks.over(receiver, integerAt(row, 3)) !== null) continue;
      live.remove(postback);
      lanes.remove(receiver, integerAt(row, 2));
      const attempts = integerAt(row, 4);
      endings.end(postback, {
        receiver,
        state: "dead",
        reason: "expired",
        at: now,
        attempts,
        attempt: null,
        message: null,
      });
      expired += 1;
    }
    return expired;
  }
}
