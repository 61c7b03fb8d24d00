import type { DueReceiver, OwedPostback, Store, StoreSequence } from "#src/ports/store.ts";
import { pendingCancellation } from "./cancel.ts";
import { endPostback, leasePostback, unleasePostback } from "./postback-moves.ts";
import { liveRows, type PostbackRow, type Tables } from "./tables.ts";

type DueQuery = Parameters<Store["receiversDue"]>[0];
type Claim = Parameters<Store["claim"]>[0];
type Extension = Parameters<Store["extendLease"]>[0];
type LeasesEnded = Parameters<Store["expireLeases"]>[0];
type Release = Parameters<Store["release"]>[0];

export const receiversDue = (tables: Tables, { now, limit, except }: DueQuery): readonly DueReceiver[] => {
  const left = new Set(except);
  const earliest = new Map<string, DueReceiver>();
  for (const { postback, lane, dueAt } of claimableRows(tables)) {
    const { receiverId } = postback;
    if (dueAt > now || left.has(receiverId)) continue;
    const known = earliest.get(`${lane} ${receiverId}`);
    if (known === undefined || dueAt < known.dueAt) earliest.set(`${lane} ${receiverId}`, { receiverId, lane, dueAt });
  }
  return [...earliest.values()].sort((one, other) => one.dueAt - other.dueAt).slice(0, limit);
};

export const nextDueAt = (tables: Tables, now: number): number | null => {
  let next: number | null = null;
  for (const { dueAt } of claimableRows(tables)) {
    if (dueAt > now && (next === null || dueAt < next)) next = dueAt;
  }
  return next;
};

export const claim = (tables: Tables, query: Claim): readonly OwedPostback[] => {
  const due = claimableRows(tables).filter(
    (row) => row.postback.receiverId === query.receiverId && row.lane === query.lane && row.dueAt <= query.now,
  );
  due.sort((one, other) => one.dueAt - other.dueAt || one.sequence - other.sequence);
  return due.slice(0, query.count).map((row) => {
    const lease = { token: query.leaseToken, until: query.leaseUntil };
    leasePostback(row, lease);
    return owedPostback(row, lease);
  });
};

export const extendLease = (tables: Tables, extension: Extension): readonly StoreSequence[] => {
  const held = heldRows(tables, extension);
  for (const row of held) row.lease = { token: extension.leaseToken, until: extension.leaseUntil };
  return held.map((row) => row.sequence);
};

export const release = (tables: Tables, leases: Release): void => {
  for (const row of heldRows(tables, leases)) {
    giveBack(tables, row, { happening: "released", at: leases.dueAt });
  }
};

export const expireLeases = (tables: Tables, { endedBefore, dueAt }: LeasesEnded): number => {
  let expired = 0;
  for (const row of liveRows(tables)) {
    if (row.lease === null || row.lease.until >= endedBefore) continue;
    giveBack(tables, row, { happening: "lease_expired", at: dueAt });
    row.strikes += 1;
    expired += 1;
  }
  return expired;
};

/** Whoever held a lease is gone: everything in flight waits again, at once, and has spent nothing. */
export const recoverLeases = (tables: Tables, now: number): void => {
  for (const row of liveRows(tables)) {
    if (row.lease !== null) giveBack(tables, row, { happening: "lease_expired", at: now });
  }
};

const giveBack = (
  tables: Tables,
  row: PostbackRow,
  { happening, at }: { readonly happening: "released" | "lease_expired"; readonly at: number },
): void => {
  const cancellation = pendingCancellation(tables, row);
  if (cancellation === null) unleasePostback(row, happening, { dueAt: at, lane: row.lane });
  else endPostback(tables, row, { ending: { state: "cancelled", reason: cancellation.reason }, at: cancellation.at });
};

const claimableRows = (tables: Tables): PostbackRow[] =>
  liveRows(tables).filter((row) => row.state === "pending" && pendingCancellation(tables, row) === null);

const heldRows = (
  tables: Tables,
  { sequences, leaseToken }: { readonly sequences: readonly StoreSequence[]; readonly leaseToken: string },
): readonly PostbackRow[] => {
  const rows: PostbackRow[] = [];
  for (const sequence of sequences) {
    const row = tables.postbacks.get(sequence);
    if (row?.lease?.token === leaseToken) rows.push(row);
  }
  return rows;
};

const owedPostback = (row: PostbackRow, lease: { readonly token: string; readonly until: number }): OwedPostback => ({
  sequence: row.sequence,
  postback: row.postback,
  request: row.postback.request,
  attempts: row.attempts,
  spent: row.spent,
  strikes: row.strikes,
  expiresAt: row.expiresAt,
  leaseToken: lease.token,
  leaseUntil: lease.until,
});
