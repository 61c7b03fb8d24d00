import type { Retention, Store, SweepReceipt } from "#src/ports/store.ts";
import { pendingCancellation } from "./cancel.ts";
import { forgetCounters } from "./counters.ts";
import { endPostback } from "./postback-moves.ts";
import { setWaits } from "./record.ts";
import { type EventRow, liveRows, type PostbackRow, type Tables } from "./tables.ts";

type Sweep = Parameters<Store["sweep"]>[0];

/** Each kind of work takes at most `slice` rows; whoever took as many may have left some. */
export const sweep = (tables: Tables, { now, retention, slice }: Sweep): SweepReceipt => {
  forgetCounters(tables, now);
  const cancelled = endCancelled(tables, slice);
  const expired = expirePostbacks(tables, now, slice);
  const settled = endWaits(tables, now, slice);
  const forgotten = forget(tables, { now, retention, slice });
  const removedEvents = removeEvents(tables, { now, retention, slice });
  const more = [cancelled, expired, settled, forgotten, removedEvents].some((count) => count >= slice);
  return { expired, cancelled, removedEvents, more };
};

/** Writes the rows that a receiver's mark has cancelled; a mark whose rows are all written goes. */
const endCancelled = (tables: Tables, slice: number): number => {
  let ended = 0;
  for (const row of livePending(tables)) {
    const cancellation = pendingCancellation(tables, row);
    if (cancellation === null) continue;
    if (ended === slice) return ended;
    const { reason, at } = cancellation;
    endPostback(tables, row, { ending: { state: "cancelled", reason }, at });
    ended += 1;
  }
  for (const [receiverId, { upTo }] of tables.cancelMarks) {
    const isOpen = liveRows(tables).some((row) => row.postback.receiverId === receiverId && row.liveSince <= upTo);
    if (!isOpen) tables.cancelMarks.delete(receiverId);
  }
  return ended;
};

/** What is in flight is left to whoever has it in hand. */
const expirePostbacks = (tables: Tables, now: number, slice: number): number => {
  const rows = livePending(tables).filter((row) => row.expiresAt !== null && row.expiresAt < now);
  const taken = rows.filter((row) => pendingCancellation(tables, row) === null).slice(0, slice);
  for (const row of taken) endPostback(tables, row, { ending: { state: "dead", reason: "expired" }, at: now });
  return taken.length;
};

const endWaits = (tables: Tables, now: number, slice: number): number => {
  const over = [...tables.events.values()].filter((row) => row.waits !== null && row.waits.until < now);
  const taken = over.slice(0, slice);
  for (const row of taken) setWaits(tables, row, null);
  return taken.length;
};

const forget = (tables: Tables, { now, retention, slice }: Sweep): number => {
  const eventIds = forgetOlder(tables.clientEventIds, now - retention.clientEventIdsMs, slice);
  const installs = forgetOlder(tables.installs, now - retention.installRecordsMs, slice);
  const marks = forgetOlder(tables.marks, now - retention.installRecordsMs, slice);
  return Math.max(eventIds, installs, marks);
};

const forgetOlder = (rows: Map<string, { readonly at: number }>, before: number, slice: number): number => {
  const old = [...rows].filter(([, row]) => row.at < before).slice(0, slice);
  for (const [key] of old) rows.delete(key);
  return old.length;
};

/** An event goes with its postbacks, once none of them holds it back. */
const removeEvents = (tables: Tables, { now, retention, slice }: Sweep): number => {
  const old = [...tables.events.values()].filter(
    (row) =>
      row.recordedAt < now - retention.eventsMs &&
      !postbacksOf(tables, row).some((postback) => isKept(postback, now, retention)),
  );
  const taken = old.slice(0, slice);
  for (const row of taken) {
    for (const { sequence, postback } of postbacksOf(tables, row)) {
      tables.postbacks.delete(sequence);
      tables.sequenceOf.delete(postback.id);
    }
    setWaits(tables, row, null);
    tables.events.delete(row.event.id);
  }
  return taken.length;
};

const isKept = (row: PostbackRow, now: number, retention: Retention): boolean => {
  switch (row.state) {
    case "pending":
    case "leased":
      return true;
    case "dead":
      return row.endedAt !== null && row.endedAt >= now - retention.deadMs;
    case "delivered":
    case "cancelled":
      return false;
  }
};

const postbacksOf = (tables: Tables, event: EventRow): readonly PostbackRow[] =>
  event.postbacks.flatMap((sequence) => tables.postbacks.get(sequence) ?? []);

const livePending = (tables: Tables): readonly PostbackRow[] =>
  liveRows(tables).filter((row) => row.state === "pending");
