/**
 * The configuration as documents, one for each revision, and the pauses, which are not part of it
 * (a pause holds now; it is not something to keep in git).
 */
export type CatalogStore = {
  /** The newest revision, or null on an empty store. */
  readonly current: () => Promise<CatalogRevision | null>;
  readonly read: (revision: number) => Promise<CatalogRevision | null>;
  /** Saves a document as the revision after `expected`; answers null, and saves nothing, when another has come first. */
  readonly save: (save: {
    readonly expected: number;
    readonly document: string;
    readonly at: number;
    readonly by: string;
  }) => Promise<CatalogRevision | null>;
  readonly pauses: () => Promise<readonly Pause[]>;
  readonly setPause: (pause: Pause) => Promise<void>;
  readonly clearPause: (scope: PauseScope) => Promise<void>;
};

export type CatalogRevision = {
  readonly revision: number;
  /** The configuration as JSON text in the wire form of the contract. */
  readonly document: string;
  readonly savedAt: number;
  /** Who saved it: the name of a key, or `local`. */
  readonly savedBy: string;
};

export type PauseScope =
  | { readonly level: "everything" }
  | { readonly level: "app" | "partner" | "receiver"; readonly id: string };

export type Pause = {
  readonly scope: PauseScope;
  readonly since: number;
  readonly by: string;
};
