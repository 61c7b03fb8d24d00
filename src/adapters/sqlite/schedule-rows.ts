import { invariant } from "#src/core/invariant.ts";
import { type Flat, type FlatReader, readNumber } from "./flat.ts";
import { giveBack } from "./lease-ends.ts";
import { endedOf, pushPostbackRow } from "./postback-rows.ts";
import type { StoreState } from "./store-state.ts";

/** `now, limit, except`; answers `receiver, lane, due` for each. */
export const receiversDue = ({ lanes }: StoreState, call: FlatReader, answer: Flat): void => {
  const now = call.number();
  let left = call.number();
  const except = new Set(call.list(readNumber));
  if (left <= 0) return;
  lanes.visitDue(now, (lane) => {
    if (lane.due === null || except.has(lane.receiver)) return true;
    answer.push(lane.receiver, lane.lane, lane.due);
    left -= 1;
    return left > 0;
  });
};

export const nextDueAt = ({ lanes }: StoreState, call: FlatReader, answer: Flat): void => {
  answer.push(lanes.nextDueAt(call.number()));
};

/** `receiver, lane, count, now, until, token`; answers postbacks as `readOwed` reads them. */
export const claim = (state: StoreState, call: FlatReader, answer: Flat): void => {
  const receiver = call.number();
  const lane = call.number();
  const ask = { count: call.number(), now: call.number() };
  const until = call.number();
  const token = call.text();
  for (const sequence of state.lanes.take(receiver, lane, ask)) {
    const live = state.live.read(sequence);
    const row = state.postbacks.read(sequence);
    invariant(live !== null && row !== undefined, `what waits (${sequence}) has its rows`);
    const { since, attempts, spent, strikes, expiresAt } = live;
    state.leases.set(sequence, {
      token,
      until,
      receiver,
      lane,
      since,
      attempts,
      spent,
      strikes,
      expiresAt,
      of: endedOf(row),
      owed: null,
    });
    pushPostbackRow(answer, row, asNumber);
    answer.push(attempts, spent, strikes, expiresAt);
  }
  state.lanes.taken(receiver, lane);
};

/** Main knows the names of what it has recorded. */
const asNumber = (name: number): number => name;

/** `token, until, sequences`; answers the sequences that were held. */
export const extendLease = ({ leases }: StoreState, call: FlatReader, answer: Flat): void => {
  const token = call.text();
  const until = call.number();
  for (const sequence of call.list(readNumber)) {
    const lease = leases.get(sequence);
    if (lease === undefined || lease.token !== token) continue;
    leases.set(sequence, { ...lease, until });
    answer.push(sequence);
  }
};

/** `token, due, sequences`. */
export const release = (state: StoreState, call: FlatReader): void => {
  const token = call.text();
  const due = call.number();
  for (const sequence of call.list(readNumber)) {
    const lease = state.leases.get(sequence);
    if (lease === undefined || lease.token !== token) continue;
    giveBack(state, { sequence, lease }, { due, at: due, strikes: lease.strikes });
  }
};

/** `ended before, due`; answers how many. */
export const expireLeases = (state: StoreState, call: FlatReader, answer: Flat): void => {
  const ended = state.leases.endedBefore(call.number());
  const due = call.number();
  for (const [sequence, lease] of ended) {
    giveBack(state, { sequence, lease }, { due, at: due, strikes: lease.strikes + 1 });
  }
  answer.push(ended.length);
};
