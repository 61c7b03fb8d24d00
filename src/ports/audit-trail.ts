import type { AccountId, AppId } from "#src/core/ids.ts";
import type { ActKind, ActVerb } from "#src/core/permissions/act.ts";
import type { Found, Page } from "./delivery-log.ts";

/**
 * Who did what, outside the catalog, which keeps its own history. Nothing here is changed; what is old is forgotten.
 * A deed of one transaction takes the acts that tell of it along, and writes them if and only if it was done: see the
 * methods of the other ports that take `acts`. One of several transactions, or outside the storage, is told by `append`
 * before it begins and when it is done.
 * An act never holds a secret, nor an identifier of a person in clear: it outlives what it tells of.
 */
export type AuditTrail = {
  /** All of them or none, in this order. */
  readonly append: (acts: readonly Act[]) => Promise<void>;
  /** Removes the oldest of those before `at`, `limit` at most; answers how many. */
  readonly forgetBefore: (old: { readonly at: number; readonly limit: number }) => Promise<number>;
  /** The newest first. */
  readonly find: (filter: ActFilter, page: Page) => Promise<Found<KeptAct>>;
};

export type Act = {
  readonly at: number;
  readonly actor: Actor;
  /** Whose thing it was done to. */
  readonly account: AccountId;
  /** Where it was done to one app, or to what stands in it. */
  readonly appId: AppId | null;
  readonly kind: ActKind;
  /** Which one of its kind: the id of a key, the name of a secret. */
  readonly subject: string;
  readonly verb: ActVerb;
  /** JSON objects, as the audit log shows them; null where there is nothing to show. */
  readonly before: string | null;
  readonly after: string | null;
};

export type Actor = {
  /** Of a key or a person, or `local`. */
  readonly id: string;
  readonly name: string;
  readonly account: AccountId;
};

/** With the cursor that goes on behind it. */
export type KeptAct = Act & { readonly cursor: string };

export type ActFilter = {
  readonly kind?: ActKind;
  readonly subject?: string;
  readonly appId?: AppId;
  /** Whose thing it was done to. */
  readonly account?: AccountId;
  /** Who did it, or whose thing it was done to. */
  readonly involves?: AccountId;
  /** Name of who did it. */
  readonly by?: string;
  /** `from` inclusive, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
};
