import type { Storage } from "#src/ports/storage.ts";

/** One storage under test, empty when it is opened. */
export type OpenedStorage = {
  readonly storage: Storage;
  /** Closes what is open and opens the same place again, as after a crash. Absent where nothing outlives the process. */
  readonly reopen?: () => Promise<Storage>;
  /** Opens a backup that was written to the path. */
  readonly openCopy?: (path: string) => Promise<Storage>;
  /** Closes whatever is open, and clears up. */
  readonly close: () => Promise<void>;
};

export type OpenStorage = () => Promise<OpenedStorage>;

/** What a port promises, by its title. Each gets a storage of its own. */
export type Guarantees = Readonly<Record<string, (storage: Storage) => Promise<void>>>;

/** What holds over an end of the process. */
export type LastingGuarantees = Readonly<
  Record<string, (storage: Storage, reopen: () => Promise<Storage>) => Promise<void>>
>;
