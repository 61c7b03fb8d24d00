import type { ExplainedPostbackWire } from "#src/contract/explanation-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { EventId } from "#src/core/ids.ts";
import type { DeliveryLog, PostbackSummary } from "#src/ports/delivery-log.ts";
import type { Scope } from "./scope.ts";

/** An event has one for each target and redelivery: more than these nobody reads in one answer. */
const postbacksMax = 200;

/** Every postback of a stored event that the caller sees, the oldest first, with what made it. */
export const explainedPostbacks = async (
  log: DeliveryLog,
  eventId: EventId,
  scope: Scope,
): Promise<ExplainedPostbackWire[]> => {
  const page = { limit: postbacksMax, cursor: null };
  const { items } = await log.findPostbacks({ eventId, ...scope.looks.filter }, page);
  const first = firstOfTargets(items);
  return items
    .toSorted((one, other) => one.postback.createdAt - other.postback.createdAt)
    .map((found) => ({
      id: found.postback.id,
      target: found.postback.targetKey,
      made_by: madeBy(found, first),
      state: found.state,
      reason: found.reason,
      created_at: timeText(found.postback.createdAt),
    }));
};

/** The number of each target's first one. */
const firstOfTargets = (items: readonly PostbackSummary[]): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  for (const { postback } of items)
    first.set(postback.targetKey, Math.min(postback.redelivery, first.get(postback.targetKey) ?? postback.redelivery));
  return first;
};

/**
 * A backfill makes the first postback of a target that the decision owed none; its number is that of a redelivery, so
 * that its id is another one than a decision's.
 */
const madeBy = (
  { postback: { redelivery, targetKey } }: PostbackSummary,
  first: ReadonlyMap<string, number>,
): ExplainedPostbackWire["made_by"] => {
  if (redelivery === 0) return "decision";
  return first.get(targetKey) === redelivery ? "backfill" : "redelivery";
};
