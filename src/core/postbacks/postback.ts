import type { EventId, PostbackId, ReceiverId } from "#src/core/ids.ts";

export const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type HttpMethod = (typeof httpMethods)[number];

/**
 * A request as rendered, without secrets: where one belongs stands a secret mark
 * (`secret-mark.ts`), filled in by the sender at the attempt. What was promised is what is sent.
 */
export type RenderedRequest = {
  readonly method: HttpMethod;
  readonly url: string;
  /** Flat pairs: name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: string | null;
};

/**
 * States of a postback, and the only arrows between them:
 *
 *   created            → pending | leased | dead (`render_error`)
 *   pending            → leased          claimed by a worker
 *   leased             → pending         retry, release, lease expired
 *   leased             → delivered | dead | cancelled (when it was cancelled in flight and not delivered)
 *   pending            → cancelled | dead (`expired`)
 *   dead               → pending         by replay only: schedule and expiry start again, the numbering goes on
 *
 * `held` is a condition, not a state: pending and due, but its receiver is paused, disabled or its
 * breaker is open.
 */
export const postbackStates = ["pending", "leased", "delivered", "dead", "cancelled"] as const;
export type PostbackState = (typeof postbackStates)[number];

export const deadReasons = [
  /** Every try of the retry policy is used up. */
  "exhausted",
  /** The receiver refused it for good (a permanent outcome). */
  "permanent",
  /** `expires_after` has passed. */
  "expired",
  /** The template could not be rendered for this event. */
  "render_error",
  /** The postback was in the hands of three crashes of a sender. */
  "sender_crashed",
] as const;
export type DeadReason = (typeof deadReasons)[number];

export const cancelReasons = ["by_request", "integration_removed", "rule_removed", "grant_revoked", "erased"] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** First attempts go before old retries, with a share kept for each. */
export const lanes = ["first", "retry"] as const;
export type Lane = (typeof lanes)[number];

/** One rendered request owed to one receiver for one event: the unit of delivery. Rendered again while it waits, it has a new version of its request; nothing else of it ever changes. */
export type Postback = {
  readonly id: PostbackId;
  readonly eventId: EventId;
  readonly receiverId: ReceiverId;
  /** `Decision.targetKey` of the match that made it. */
  readonly targetKey: string;
  readonly request: RenderedRequest;
  readonly createdAt: number;
  /** Epoch milliseconds after which it is dead with `expired`, or null. A replay counts from its own start. */
  readonly expiresAt: number | null;
  /** Number of the redelivery or backfill it is one of; 0 for the original. */
  readonly redelivery: number;
};
