import type { AccountId, AppId, PartKey } from "#src/core/ids.ts";
import type { Act } from "./audit-trail.ts";
import type { Found, Page } from "./delivery-log.ts";

/**
 * The configuration by its parts, each a JSON text in the wire form of the contract, and the pauses,
 * which are not part of it (a pause holds now; it is not something to keep in git).
 *
 * A revision is what one change wrote: new texts of some parts, and which are gone. Nothing is ever written over, so
 * that every revision can be put together again, and what changed is told with what stood there before.
 */
export type CatalogStore = {
  /** Everything in force, or null on an empty store. Parts come in the order in which each was first saved. */
  readonly current: () => Promise<StoredCatalog | null>;
  /** The same as it was at that revision; null where there is none. */
  readonly read: (revision: number) => Promise<StoredCatalog | null>;
  /** Who made a revision, and when; of the newest by default. */
  readonly revision: (revision?: number) => Promise<CatalogRevision | null>;
  /**
   * Saves all of these as the revision after `expected`, in one transaction; answers null, and saves nothing, when
   * another has come first. A part that is removed and was not there is no change.
   */
  readonly save: (save: CatalogSave) => Promise<CatalogRevision | null>;
  /** What changed, part by part, the newest first. */
  readonly history: (filter: HistoryFilter, page: Page) => Promise<Found<HistoryEntry>>;
  readonly pauses: () => Promise<readonly Pause[]>;
  readonly setPause: (pause: Pause, acts?: readonly Act[]) => Promise<void>;
  readonly clearPause: (scope: PauseScope, acts?: readonly Act[]) => Promise<void>;
};

export type CatalogRevision = {
  readonly revision: number;
  readonly savedAt: number;
  /** Who saved it: the name of a person or of a key, or `local`. */
  readonly savedBy: string;
  /** For which account; null where nobody said. */
  readonly account: AccountId | null;
};

export type StoredCatalog = CatalogRevision & { readonly parts: readonly StoredPart[] };

export type StoredPart = {
  readonly key: PartKey;
  /** Of its last change. */
  readonly revision: number;
  readonly document: string;
};

export type CatalogSave = {
  readonly expected: number;
  /** A document that is null removes the part. Each key at most once. */
  readonly parts: readonly { readonly key: PartKey; readonly document: string | null }[];
  readonly at: number;
  readonly by: string;
  readonly account: AccountId | null;
};

export type PartVersion = CatalogRevision & {
  readonly key: PartKey;
  /** Null where the part was not there. */
  readonly before: string | null;
  /** Null where it was removed. */
  readonly after: string | null;
};

/** With the cursor that goes on behind it. */
export type HistoryEntry = PartVersion & { readonly cursor: string };

export type HistoryFilter = {
  readonly key?: PartKey;
  /** What its key begins with, up to the first slash: `partner`. */
  readonly kind?: string;
  /** The app and what stands in it. */
  readonly appId?: AppId;
  readonly by?: string;
  readonly account?: AccountId;
  readonly revision?: number;
  /** Later revisions than this one. */
  readonly since?: number;
  /** `from` inclusive, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
};

export type PauseScope =
  | { readonly level: "everything" }
  | { readonly level: "app" | "partner" | "receiver"; readonly id: string };

export type Pause = {
  readonly scope: PauseScope;
  readonly since: number;
  readonly by: string;
};
