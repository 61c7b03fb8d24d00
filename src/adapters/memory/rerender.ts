import type { PostbackId } from "#src/core/ids.ts";
import type { Store } from "#src/ports/store.ts";
import { pendingCancellation } from "./cancel.ts";
import { type PostbackRow, rowById, type Tables } from "./tables.ts";

type Rerender = Parameters<Store["rerender"]>[0];

export const rerender = (tables: Tables, { versions }: Rerender): readonly PostbackId[] => {
  const rendered: PostbackId[] = [];
  for (const { postbackId, request, leaseToken } of versions) {
    const row = rowById(tables, postbackId);
    if (row === null || !isUnsent(row, leaseToken) || pendingCancellation(tables, row) !== null) continue;
    row.earlierRequests.push(row.postback.request);
    row.postback = { ...row.postback, request };
    rendered.push(postbackId);
  }
  return rendered;
};

const isUnsent = (row: PostbackRow, leaseToken: string | null): boolean =>
  row.state === "pending" || (row.state === "leased" && row.lease?.token === leaseToken);
