import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./sqlite-error.ts";

/** Another process has the folder. Two writers would each send what the other has in hand. */
export class FolderOwned extends Error {
  constructor(folder: string, cause: unknown) {
    super(
      `the data folder ${folder} belongs to another running Carom: stop it first, or give this one a folder of its own`,
      {
        cause,
      },
    );
    this.name = "FolderOwned";
  }
}

/** The folder cannot be written to. */
export class FolderUnusable extends Error {
  constructor(folder: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `the data folder ${folder} cannot be used (${why}): it must exist on a disk with room, and belong to this user`,
      {
        cause,
      },
    );
    this.name = "FolderUnusable";
  }
}

/** Held by the operating system for as long as the process lives: a killed one leaves nothing behind. Answers what lets go. */
export const lockFolder = (folder: string): (() => void) => {
  const database = openLock(folder);
  try {
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw isBusy(error) ? new FolderOwned(folder, error) : new FolderUnusable(folder, error);
  }
  return () => database.close();
};

/** Whether a process has the folder now. */
export const isFolderLocked = (folder: string): boolean => {
  if (!existsSync(lockPath(folder))) return false;
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(lockPath(folder), { readOnly: true });
    // Reads the file, which is refused while another process has it.
    database.exec("PRAGMA schema_version");
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    database?.close();
  }
};

const lockPath = (folder: string): string => `${folder}/owner.lock`;

/** Somebody who looks whether it is locked has it for a moment. */
const lookedAtMsMax = 500;

const openLock = (folder: string): DatabaseSync => {
  try {
    return new DatabaseSync(lockPath(folder), { timeout: lookedAtMsMax });
  } catch (error) {
    throw new FolderUnusable(folder, error);
  }
};
