import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { noteCompactDue } from "./compact-due.ts";
import { compactingPath, dataPath, openForWriting, realDataPath } from "./data-file.ts";
import { lockFolder } from "./folder-lock.ts";

/** Why a folder is not compacted; nothing of it has changed. */
export class NotCompacted extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "NotCompacted";
  }
}

/**
 * Writes `data.db` anew from its rows, beside it, and puts the new file in its place: no copy of anything that was
 * removed is in it. Only where no server has the folder (`FolderOwned`). Whenever it ends, the folder holds one
 * whole file: the old one or the new.
 */
export const compactFolder = async (folder: string): Promise<{ readonly before: number; readonly after: number }> => {
  const named = dataPath(folder);
  if (!existsSync(named)) throw new NotCompacted(`${named} is not there: name the folder of a server with --data`);
  const unlock = lockFolder(folder);
  // Where it is a link, the file is written anew where it lies, and the link stays.
  const path = realDataPath(folder);
  const fresh = compactingPath(folder);
  try {
    rmSync(fresh, { force: true });
    const { size: before, mode, uid, gid } = statSync(path);
    await assertRoom(dirname(path), before);
    // Nobody else reads it, from its first byte on.
    closeSync(openSync(fresh, "wx", 0o600));
    writeAnew(folder, fresh);
    chmodSync(fresh, mode);
    // Whoever runs it may be another user than the server's.
    if (statSync(fresh).uid !== uid) chownSync(fresh, uid, gid);
    renameSync(fresh, path);
    if (process.platform !== "win32") sync(dirname(path));
    noteCompactDue(folder, null);
    return { before, after: statSync(path).size };
  } catch (error) {
    rmSync(fresh, { force: true });
    if (error instanceof NotCompacted) throw error;
    throw new NotCompacted(`${path} was not written anew: ${error instanceof Error ? error.message : error}`, error);
  } finally {
    unlock();
  }
};

const assertRoom = async (folder: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new NotCompacted(
      `${folder} has ${mebibytes(bavail * bsize)} MiB free, and up to ${mebibytes(bytes)} MiB are written beside data.db: make room first`,
    );
};

const writeAnew = (folder: string, fresh: string): void => {
  const database = openForWriting(folder);
  try {
    // The log beside the old file belongs to it alone: what is in it must be in the file before that goes.
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.exec(`VACUUM INTO '${fresh.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
  sync(fresh);
  if (existsSync(`${realDataPath(folder)}-wal`))
    throw new NotCompacted(`another program has ${dataPath(folder)} open: end it first`);
};

/** Of a folder: that a name in it is another file now. */
const sync = (path: string): void => {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const mebibytes = (bytes: number): number => Math.ceil(bytes / 1_048_576);
