import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type { Settlement, SettleReceipt } from "#src/ports/store.ts";
import { pendingCancellation } from "./cancel.ts";
import { endPostback, unleasePostback } from "./postback-moves.ts";
import type { PostbackRow, Tables } from "./tables.ts";

export const settle = (tables: Tables, settlements: readonly Settlement[]): readonly SettleReceipt[] =>
  settlements.map((settlement) => settleOne(tables, settlement));

const settleOne = (tables: Tables, settlement: Settlement): SettleReceipt => {
  const row = tables.postbacks.get(settlement.sequence);
  if (row === undefined) return { kind: "stale" };
  if (settlement.attempt !== null) keepAttempt(tables, row, settlement.attempt);
  if (row.lease?.token !== settlement.leaseToken) return { kind: "stale" };

  const { next, at } = settlement;
  const cancellation = pendingCancellation(tables, row);
  if (cancellation !== null) {
    const wasDelivered = next.state === "delivered";
    endPostback(tables, row, { ending: wasDelivered ? next : { state: "cancelled", reason: cancellation.reason }, at });
    return { kind: "cancelled" };
  }
  switch (next.state) {
    case "delivered":
    case "dead":
      endPostback(tables, row, { ending: next, at });
      break;
    case "pending":
      unleasePostback(row, "retry", next);
      row.spent = next.spent;
      row.strikes = next.strikes;
      break;
  }
  return { kind: "settled" };
};

/** Whoever sent it, it was sent: kept under a lost lease too. A settlement given twice, since its answer was lost, is the same attempt. */
const keepAttempt = (tables: Tables, row: PostbackRow, attempt: Attempt): void => {
  const isKept = row.attemptLog.some(
    (kept) => kept.number === attempt.number && kept.exchange.startedAt === attempt.exchange.startedAt,
  );
  if (isKept) return;
  row.attemptLog.push(attempt);
  row.attempts = Math.max(row.attempts, attempt.number);
  tables.totals.attempts += 1;
};
