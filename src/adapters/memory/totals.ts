import type { PostbackState } from "#src/core/postbacks/postback.ts";
import type { Totals } from "#src/ports/delivery-log.ts";
import { countEnded } from "./counters.ts";
import type { PostbackRow, Tables, TotalsRow } from "./tables.ts";

export const countDecision = (totals: TotalsRow, code: string): void => {
  if (code === "match") totals.matched += 1;
  else increment(totals.skipped, code);
};

/** Called when a postback comes to a state in which it no longer waits. */
export const countEnding = (tables: Tables, row: PostbackRow): void => {
  const { totals } = tables;
  countEnded(tables, row);
  const state: PostbackState = row.state;
  switch (state) {
    case "delivered":
      totals.delivered += 1;
      break;
    case "dead":
      increment(totals.dead, row.reason ?? "");
      break;
    case "cancelled":
      totals.cancelled += 1;
      break;
    case "pending":
    case "leased":
      break;
  }
};

export const readTotals = (tables: Tables): Totals => {
  const { totals } = tables;
  return {
    acceptedEvents: totals.acceptedEvents,
    duplicateEvents: totals.duplicateEvents,
    matched: totals.matched,
    skipped: Object.fromEntries(totals.skipped),
    delivered: totals.delivered,
    dead: Object.fromEntries(totals.dead),
    cancelled: totals.cancelled,
    attempts: totals.attempts,
    waiting: tables.live.size,
    waitingByReceiver: waitingByReceiver(tables),
  };
};

const waitingByReceiver = (tables: Tables): Totals["waitingByReceiver"] => {
  const pending: PostbackRow[] = [];
  for (const sequence of tables.live) {
    const row = tables.postbacks.get(sequence);
    if (row?.state === "pending") pending.push(row);
  }
  return [...Map.groupBy(pending, (row) => row.postback.receiverId)].map(([receiverId, rows]) => ({
    receiverId,
    waiting: rows.length,
    oldestDueAt: rows.reduce<number | null>(
      (oldest, row) => (oldest === null || row.dueAt < oldest ? row.dueAt : oldest),
      null,
    ),
  }));
};

const increment = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
