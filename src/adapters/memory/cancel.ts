import type { PostbackId, ReceiverId } from "#src/core/ids.ts";
import type { Store } from "#src/ports/store.ts";
import { endPostback } from "./postback-moves.ts";
import { type Cancellation, liveRows, type PostbackRow, rowById, type Tables } from "./tables.ts";

type Cancel = Parameters<Store["cancel"]>[0];

export const cancel = (tables: Tables, { which, reason, at }: Cancel): number =>
  "receiverId" in which
    ? cancelReceiver(tables, which.receiverId, { reason, at })
    : cancelPostbacks(tables, which.postbackIds, { reason, at });

/** The cancellation of a live postback whose row does not say so yet, or null. */
export const pendingCancellation = (tables: Tables, row: PostbackRow): Cancellation | null => {
  if (row.cancelledInFlight !== null) return row.cancelledInFlight;
  const mark = tables.cancelMarks.get(row.postback.receiverId);
  return mark !== undefined && row.liveSince <= mark.upTo ? mark : null;
};

/** One mark for all of them; rows follow in `sweep`. */
const cancelReceiver = (tables: Tables, receiverId: ReceiverId, { reason, at }: Cancellation): number => {
  const cancelled = liveRows(tables).filter(
    (row) => row.postback.receiverId === receiverId && pendingCancellation(tables, row) === null,
  ).length;
  tables.cancelMarks.set(receiverId, { upTo: tables.sequence, reason, at });
  return cancelled;
};

const cancelPostbacks = (tables: Tables, ids: readonly PostbackId[], { reason, at }: Cancellation): number => {
  let cancelled = 0;
  for (const id of ids) {
    const row = rowById(tables, id);
    if (row === null || pendingCancellation(tables, row) !== null) continue;
    if (row.state === "pending") endPostback(tables, row, { ending: { state: "cancelled", reason }, at });
    else if (row.state === "leased") row.cancelledInFlight = { reason, at };
    else continue;
    cancelled += 1;
  }
  return cancelled;
};
