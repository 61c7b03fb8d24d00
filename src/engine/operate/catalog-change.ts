import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { AccountId, PartKey, ReceiverId } from "#src/core/ids.ts";
import type { CancelReason } from "#src/core/postbacks/postback.ts";
import type { Problem } from "#src/core/problem.ts";
import type { CatalogRevision, CatalogSave, StoredCatalog } from "#src/ports/catalog-store.ts";

export type EngineCatalog = {
  readonly current: () => CompiledCatalog;
  /** Of the last change of a part; null where there is none. */
  readonly revisionOf: (key: PartKey) => number | null;
  /**
   * Compiles, saves what changed as a new revision and puts it in force, or changes nothing. The edit is made of what is in force
   * at its turn, and may say no.
   */
  readonly edit: <No>(order: EditOrder<No>) => Promise<CatalogChange | { readonly kind: "no"; readonly no: No }>;
  /** The same with a whole catalog; what it lacks is removed, and what waits for it cancelled. */
  readonly change: (change: {
    readonly catalog: Catalog;
    readonly by: string;
    /** The revision that the change was made from; null takes whichever is in force. */
    readonly expected: number | null;
    readonly dryRun: boolean;
  }) => Promise<CatalogChange>;
};

export type EditOrder<No> = {
  readonly edit: (before: CompiledCatalog) => Edited | { readonly kind: "no"; readonly no: No };
  readonly by: string;
  readonly account: AccountId | null;
  readonly dryRun: boolean;
  /** False: a change that would cancel waiting postbacks is refused with their number. */
  readonly cancelsWaiting: boolean;
};
export type Edited = { readonly kind: "edited"; readonly catalog: Catalog };

export type CatalogChange =
  | {
      readonly kind: "changed";
      /** Null where nothing was saved: nothing changed, or it was a dry run. */
      readonly revision: CatalogRevision | null;
      /** Parts whose form is another; of a dry run, would be. */
      readonly parts: CatalogSave["parts"];
      readonly cancels: readonly WaitingCancel[];
      readonly warnings: readonly Problem[];
      /** What its paths are of. */
      readonly catalog: Catalog;
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[]; readonly catalog: Catalog }
  | { readonly kind: "waiting"; readonly cancels: readonly WaitingCancel[] }
  /** Another change came first. */
  | { readonly kind: "lost_race"; readonly revision: number };

/** What becomes of postbacks that wait for a receiver which the change takes away. */
export type WaitingCancel = {
  readonly receiverId: ReceiverId;
  readonly reason: CancelReason;
  readonly waiting: number;
};

/** The form in which a catalog is stored: the contract's to say. */
export type CatalogForm = {
  /** Null where this program cannot read it. */
  readonly read: (stored: StoredCatalog) => Catalog | null;
  /** What is to be stored so that the one takes the place of the other. */
  readonly changes: (before: Catalog, after: Catalog) => CatalogSave["parts"];
};
