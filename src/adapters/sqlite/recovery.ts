import { lanes as laneNames } from "#src/core/postbacks/postback.ts";
import { integerAt, integerOrNullAt, oneInteger, prepare, textAt } from "./columns.ts";
import type { StoreState } from "./store-state.ts";

const selectOwed = `
  SELECT owing.sequence, owing.receiver, owing.expires_at FROM any_postback AS owing
  WHERE owing.sequence BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM ending WHERE ending.postback = owing.sequence)
    AND NOT EXISTS (SELECT 1 FROM live WHERE live.postback = owing.sequence)`;

/**
 * What the last process had in hand waits again, due at once, with no attempt spent: owed ranges less
 * endings less live rows. The new rows are written in the transaction that drops the ranges: a crash
 * between the two must find work to do, not lose it. Runs before anything is asked of the store.
 */
export const recover = (state: StoreState, now: number): number => {
  const { database } = state;
  const owed = prepare(database, selectOwed);
  let recovered = 0;
  for (const range of prepare(database, "SELECT first, last FROM owed").all()) {
    for (const row of owed.all(integerAt(range, 0), integerAt(range, 1))) {
      putBack(
        state,
        { sequence: integerAt(row, 0), receiver: integerAt(row, 1), expiresAt: integerOrNullAt(row, 2) },
        now,
      );
      recovered += 1;
    }
  }
  database.exec("DELETE FROM owed");
  endCancelledInFlight(state, now);
  return recovered;
};

const putBack = (
  { database, live, lanes }: StoreState,
  {
    sequence,
    receiver,
    expiresAt,
  }: { readonly sequence: number; readonly receiver: number; readonly expiresAt: number | null },
  due: number,
): void => {
  // An attempt under a lost lease may be in its log already: the numbering goes on behind it.
  const attempts = oneInteger(prepare(database, "SELECT max(number) FROM attempt WHERE postback = ?"), sequence) ?? 0;
  const lane = laneNames.indexOf("first");
  live.put(sequence, { receiver, lane, due, since: sequence, attempts, spent: 0, strikes: 0, expiresAt });
  lanes.add(receiver, lane, { due, postback: sequence });
};

/** Nobody is left to settle what was cancelled in flight. */
const endCancelledInFlight = (state: StoreState, at: number): void => {
  for (const row of prepare(state.database, "SELECT postback, reason FROM cancel_request").all()) {
    const sequence = integerAt(row, 0);
    const live = state.live.read(sequence);
    state.requests.remove(sequence);
    if (live === null) continue;
    const { receiver, lane, attempts } = live;
    state.live.remove(sequence);
    state.lanes.remove(receiver, lane);
    state.endings.end(sequence, {
      receiver,
      state: "cancelled",
      reason: textAt(row, 1),
      at,
      attempts,
      attempt: null,
      message: null,
    });
  }
};
