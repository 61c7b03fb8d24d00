import type { PostbackId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { NewPostback, Store, StoreSequence } from "#src/ports/store.ts";
import { wakePostback } from "./postback-moves.ts";
import { writePostback } from "./record.ts";
import { nextSequence, rowById, type Tables } from "./tables.ts";

type Replay = Parameters<Store["replay"]>[0];

export const replay = (tables: Tables, { postbackIds, dueAt, expiresAt }: Replay): readonly PostbackId[] =>
  postbackIds.filter((id) => {
    const row = rowById(tables, id);
    if (row?.state !== "dead") return false;
    const wake = { dueAt, expiresAt: expiresAt(row.postback.receiverId), liveSince: nextSequence(tables) };
    wakePostback(row, wake);
    tables.live.add(row.sequence);
    return true;
  });

export const redeliver = (tables: Tables, made: NewPostback, acts: readonly Act[]): StoreSequence => {
  const row = tables.events.get(made.postback.eventId);
  invariant(row !== undefined, `event ${made.postback.eventId} is not recorded`);
  invariant(!tables.sequenceOf.has(made.postback.id), `postback ${made.postback.id} is not new`);
  tables.acts.push(...acts);
  return writePostback(tables, made, { row, lease: null });
};
