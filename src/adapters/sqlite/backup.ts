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
 *
 * The moment is held by a read transaction for as long as the copy takes. Without it each commit
 * would begin the copy anew, and under load it would never end; with it the log beside the data file
 * cannot be cut back meanwhile, and grows by what is written until the copy is there.
 */
export const backUp = async (folder: string, targetPath: string, rate = pagesAtOnce): Promise<number> => {
  if (existsSync(targetPath)) throw new BackupTargetExists(targetPath);
  await makeTarget(targetPath);
  const source = openForReading(folder);
  try {
    // The first look into the file is what holds the moment.
    source.exec("BEGIN; SELECT epoch FROM folder");
    await backup(source, targetPath, { rate });
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
  new Error(`the backup to ${targetPath} was not written${remedyFor(cause)}`, { cause });

/** What whoever runs it can do, where the error of the system does not say so itself. */
export const remedyFor = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  if (code === "ENOENT") return " (its folder does not exist: make it first)";
  return typeof code === "string" && refusedCodes.has(code) ? ` (${writableText})` : "";
};

/** A unit of systemd with `ProtectSystem=strict` sees all else of the machine as a file system that is only read. */
const refusedCodes: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);
const writableText =
  "the server's user must be able to write there: the server writes it, not this shell; under systemd name the folder in ReadWritePaths=";

export class BackupTargetExists extends Error {
  constructor(targetPath: string) {
    super(`${targetPath} exists: a backup never writes over anything, name a file that is not there`);
    this.name = "BackupTargetExists";
  }
}
