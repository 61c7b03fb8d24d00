import type { StatementSync } from "node:sqlite";
import { eventIdOfPostback } from "#src/core/postbacks/postback-id.ts";
import { prepare } from "./columns.ts";
import { type Flat, type FlatReader, readText } from "./flat.ts";
import { cancellationOf } from "./lease-ends.ts";
import type { StoreState } from "./store-state.ts";

/** `receiver, reason, at`; answers how many waited or were in flight. */
export const cancelReceiver = (state: StoreState, call: FlatReader, answer: Flat): void => {
  const receiver = call.number();
  const reason = call.text();
  const at = call.number();
  let count = state.lanes.clear(receiver);
  for (const [sequence, lease] of state.leases.entries()) {
    if (lease.receiver === receiver && cancellationOf(state, { sequence, lease }) === null) count += 1;
  }
  state.marks.add(receiver, { upTo: state.tally.counts.postback, reason, at });
  answer.push(count);
};

/** `reason, at, postback ids`; answers how many waited or were in flight. */
export const cancelPostbacks = (state: StoreState, call: FlatReader, answer: Flat): void => {
  const reason = call.text();
  const at = call.number();
  let count = 0;
  for (const id of call.list(readText)) {
    const sequence = findPostback(state, id);
    if (sequence !== null && cancelOne(state, sequence, { reason, at })) count += 1;
  }
  answer.push(count);
};

/** The sequence of a postback by its id, or null. */
export const findPostback = (state: StoreState, id: string): number | null => {
  const eventId = eventIdOfPostback(id);
  const event = eventId === null ? null : state.spans.find(eventId);
  if (eventId === null || event === null) return null;
  const tag = id.slice(eventId.length + 1);
  return state.postbacks.findOf(event, (name) => state.names.textOf(name) === tag);
};

const cancelOne = (
  state: StoreState,
  sequence: number,
  { reason, at }: { readonly reason: string; readonly at: number },
): boolean => {
  const lease = state.leases.get(sequence);
  if (lease !== undefined) {
    if (cancellationOf(state, { sequence, lease }) !== null) return false;
    state.requests.add(sequence, reason, at);
    return true;
  }
  const live = state.live.read(sequence);
  if (live === null || state.marks.over(live.receiver, live.since) !== null) return false;
  const { receiver, lane, attempts } = live;
  state.live.remove(sequence);
  state.lanes.remove(receiver, lane);
  state.endings.end(sequence, { receiver, state: "cancelled", reason, at, attempts, attempt: null, message: null });
  return true;
};

const selectMarked = `
  SELECT postback, lane, due, attempts FROM live
  WHERE receiver = ? AND lane = ? AND (due, postback) > (?, ?) AND since <= ? ORDER BY due, postback LIMIT ?`;

/** Writes the rows that marks have cancelled, a slice at a time. */
export class MarkedRows {
  readonly #state: StoreState;
  readonly #select: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#select = prepare(state.database, selectMarked);
  }

  /** Answers how many rows were written, of at most `slice`. What is in flight keeps its mark until it is settled. */
  write(slice: number): number {
    let left = slice;
    for (const [receiver, mark] of this.#state.marks.all()) {
      if (left <= 0) break;
      const written = this.#writeMark(receiver, mark, left);
      left -= written;
      if (written === 0 && !this.#isInFlight(receiver, mark.upTo)) this.#state.marks.remove(receiver, mark.upTo);
    }
    return slice - left;
  }

  #writeMark(
    receiver: number,
    mark: { readonly upTo: number; readonly reason: string; readonly at: number },
    slice: number,
  ): number {
    const { live, lanes, leases, endings } = this.#state;
    let written = 0;
    for (const lane of [0, 1]) {
      const rows = this.#select.all(
        receiver,
        lane,
        Number.MIN_SAFE_INTEGER,
        0,
        mark.upTo,
        slice - written + leases.size,
      );
      for (const row of rows) {
        const postback = Number(row[0]);
        if (leases.has(postback) || written >= slice) continue;
        live.remove(postback);
        lanes.cancelledWritten(receiver, lane);
        const { reason, at } = mark;
        endings.end(postback, {
          receiver,
          state: "cancelled",
          reason,
          at,
          attempts: Number(row[3]),
          attempt: null,
          message: null,
        });
        written += 1;
      }
    }
    return written;
  }

  #isInFlight(receiver: number, upTo: number): boolean {
    for (const [, lease] of this.#state.leases.entries()) {
      if (lease.receiver === receiver && lease.since <= upTo) return true;
    }
    return false;
  }
}
