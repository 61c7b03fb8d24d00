import type { PostbackState } from "./postback.ts";

/**
 * What may happen to a postback after it was created; see the arrows in `postback.ts`.
 * `died` is any end by an attempt or a strike, `expired` the end of its time, whether in hand or waiting.
 */
export const postbackHappenings = [
  "claimed",
  "retry",
  "released",
  "lease_expired",
  "delivered",
  "died",
  "expired",
  "cancelled",
  "replayed",
] as const;
export type PostbackHappening = (typeof postbackHappenings)[number];

export type Transition = { readonly kind: "moved"; readonly state: PostbackState } | { readonly kind: "refused" };

const arrows: Readonly<Record<PostbackHappening, Readonly<Partial<Record<PostbackState, PostbackState>>>>> = {
  claimed: { pending: "leased" },
  retry: { leased: "pending" },
  released: { leased: "pending" },
  lease_expired: { leased: "pending" },
  delivered: { leased: "delivered" },
  died: { leased: "dead" },
  expired: { pending: "dead", leased: "dead" },
  cancelled: { pending: "cancelled", leased: "cancelled" },
  replayed: { dead: "pending" },
};

/** The one transition function: every store moves postbacks by it, so that no state is reached by another arrow. */
export function transition(state: PostbackState, happening: PostbackHappening): Transition {
  const to = arrows[happening][state];
  return to === undefined ? { kind: "refused" } : { kind: "moved", state: to };
}
