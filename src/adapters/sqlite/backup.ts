import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import { backup, DatabaseSync } from "node:sqlite";
import { openForReading } from "./data-file.ts";
import { beginEpoch } from "./epoch.ts";

/** Copied between two looks at the event loop; writes go on meanwhile. */
const pagesAtOnce = 1000;

/**
 * Copies the data file while it is written to: what the copy holds was committed at one moment. It
 * gets an epoch of its own, so that a search file beside a restored copy is made anew.
 */
export const backUp = async (folder: string, targetPath: string): Promise<number> => {
  if (existsSync(targetPath)) throw new BackupTargetExists(targetPath);
  await makeTarget(targetPath);
  const source = openForReading(folder);
  try {
    await backup(source, targetPath, { rate: pagesAtOnce });
  } catch (error) {
    await rm(targetPath, { force: true });
    throw notWritten(targetPath, error);
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(targetPath);
  copy.exec("PRAGMA journal_mode = DELETE");
  beginEpoch(copy, randomUUID());
  copy.close();
  return (await stat(targetPath)).size;
};

/** The copy holds what the folder holds, which is for its owner alone. */
const makeTarget = async (targetPath: string): Promise<void> => {
  try {
    await writeFile(targetPath, "", { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw notWritten(targetPath, error);
  }
};

const notWritten = (targetPath: string, cause: unknown): Error =>
  new Error(`the backup to ${targetPath} was not written`, { cause });

export class BackupTargetExists extends Error {
  constructor(targetPath: string) {
    super(`${targetPath} exists: a backup never writes over anything, name a file that is not there`);
    this.name = "BackupTargetExists";
  }
}
