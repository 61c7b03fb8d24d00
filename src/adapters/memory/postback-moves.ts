import { invariant } from "#src/core/invariant.ts";
import type { CancelReason, DeadReason, Lane } from "#src/core/postbacks/postback.ts";
import { type PostbackHappening, transition } from "#src/core/postbacks/postback-transition.ts";
import type { StoreSequence } from "#src/ports/store.ts";
import type { PostbackRow, Tables } from "./tables.ts";
import { countEnding } from "./totals.ts";

/** Every change of a postback's state goes through here, along the arrows of the one transition function. */
const move = (row: PostbackRow, happening: PostbackHappening): void => {
  const moved = transition(row.state, happening);
  invariant(moved.kind === "moved", `postback ${row.postback.id}: no arrow from ${row.state} by ${happening}`);
  row.state = moved.state;
};

export const leasePostback = (row: PostbackRow, lease: { readonly token: string; readonly until: number }): void => {
  move(row, "claimed");
  row.lease = lease;
};

/** Back to waiting: the schedule is the caller's to set. */
export const unleasePostback = (
  row: PostbackRow,
  happening: "retry" | "released" | "lease_expired",
  due: { readonly dueAt: number; readonly lane: Lane },
): void => {
  move(row, happening);
  row.lease = null;
  row.dueAt = due.dueAt;
  row.lane = due.lane;
};

export type Ending =
  | { readonly state: "delivered" }
  | { readonly state: "dead"; readonly reason: DeadReason }
  | { readonly state: "cancelled"; readonly reason: CancelReason };

export const endPostback = (
  tables: Tables,
  row: PostbackRow,
  { ending, at }: { readonly ending: Ending; readonly at: number },
): void => {
  move(row, happeningOf(ending));
  row.lease = null;
  row.reason = ending.state === "delivered" ? null : ending.reason;
  row.endedAt = at;
  tables.live.delete(row.sequence);
  countEnding(tables, row);
};

/** From dead to waiting: schedule, strikes and expiry begin again, the numbering of attempts goes on. */
export const wakePostback = (
  row: PostbackRow,
  wake: { readonly dueAt: number; readonly expiresAt: number | null; readonly liveSince: StoreSequence },
): void => {
  move(row, "replayed");
  row.reason = null;
  row.endedAt = null;
  row.spent = 0;
  row.strikes = 0;
  row.lane = "retry";
  row.dueAt = wake.dueAt;
  row.expiresAt = wake.expiresAt;
  row.liveSince = wake.liveSince;
  row.cancelledInFlight = null;
};

const happeningOf = (ending: Ending): PostbackHappening => {
  switch (ending.state) {
    case "delivered":
      return "delivered";
    case "dead":
      return ending.reason === "expired" ? "expired" : "died";
    case "cancelled":
      return "cancelled";
  }
};
