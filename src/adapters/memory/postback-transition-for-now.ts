import type { PostbackState } from "#src/core/postback.ts";

/** Stands in until core/postback-transition.ts is there; goes with the next commit. */
export type PostbackHappening =
  | "claimed"
  | "retry"
  | "released"
  | "lease_expired"
  | "delivered"
  | "died"
  | "expired"
  | "cancelled"
  | "replayed";

const arrows: Readonly<Record<PostbackHappening, Readonly<Partial<Record<PostbackState, PostbackState>>>>> = {
  claimed: { pending: "leased" },
  retry: { leased: "pending" },
  released: { leased: "pending" },
  lease_expired: { leased: "pending" },
  delivered: { leased: "delivered" },
  died: { leased: "dead" },
  expired: { leased: "dead", pending: "dead" },
  cancelled: { leased: "cancelled", pending: "cancelled" },
  replayed: { dead: "pending" },
};

export const transition = (
  state: PostbackState,
  happening: PostbackHappening,
): { readonly kind: "moved"; readonly state: PostbackState } | { readonly kind: "refused" } => {
  const to = arrows[happening][state];
  return to === undefined ? { kind: "refused" } : { kind: "moved", state: to };
};
