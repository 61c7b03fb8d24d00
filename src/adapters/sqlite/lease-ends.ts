import type { Ending } from "./endings.ts";
import type { Lease } from "./leases.ts";
import type { StoreState } from "./store-state.ts";

/** The ways out of a lease. Each takes the lease away and leaves a row: an ending, or a live one. */

export const endLeased = (
  state: StoreState,
  { sequence, lease }: LeasedPostback,
  ending: Omit<Ending, "receiver" | "message" | "of">,
): void => {
  state.leases.remove(sequence, lease);
  if (lease.owed === null) state.live.remove(sequence);
  else state.owed.discharge(lease.owed);
  state.requests.remove(sequence);
  state.endings.end(sequence, { ...ending, receiver: lease.receiver, message: null, of: lease.of });
};

export const waitAgain = (
  state: StoreState,
  { sequence, lease }: LeasedPostback,
  wait: {
    readonly due: number;
    readonly lane: number;
    readonly attempts: number;
    readonly spent: number;
    readonly strikes: number;
  },
): void => {
  const { receiver, since, expiresAt, owed } = lease;
  state.leases.remove(sequence, lease);
  state.live.put(sequence, { ...wait, receiver, since, expiresAt });
  if (owed !== null) state.owed.discharge(owed);
  state.lanes.add(receiver, wait.lane, { due: wait.due, postback: sequence });
};

/** Unsent, or of unknown end: waits again, or is cancelled if that was asked meanwhile. */
export const giveBack = (
  state: StoreState,
  leased: LeasedPostback,
  { due, at, strikes }: { readonly due: number; readonly at: number; readonly strikes: number },
): void => {
  const { lane, attempts, spent } = leased.lease;
  const reason = cancellationOf(state, leased);
  if (reason === null) waitAgain(state, leased, { due, lane, attempts, spent, strikes });
  else endLeased(state, leased, { state: "cancelled", reason, at, attempts, attempt: null });
};

export type LeasedPostback = { readonly sequence: number; readonly lease: Lease };

/** Why what is in hand is cancelled although it has not ended yet, or null. */
export const cancellationOf = (state: StoreState, { sequence, lease }: LeasedPostback): string | null =>
  state.requests.reasonOf(sequence) ?? state.marks.over(lease.receiver, lease.since)?.reason ?? null;
