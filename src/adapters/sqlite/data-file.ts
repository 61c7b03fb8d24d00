import { existsSync, realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export const dataPath = (folder: string): string => `${folder}/data.db`;
/** The file itself, where `dataPath` is a link to it. */
export const realDataPath = (folder: string): string => {
  const path = dataPath(folder);
  return existsSync(path) ? realpathSync(path) : path;
};
/** What `carom compact` writes, until it takes the place of the data. */
export const compactingPath = (folder: string): string => `${realDataPath(folder)}.compacting`;
export const searchFileName = "search.db";

/** In KiB. Random client event ids and install keys are what needs it; rows at the end of a table do not. */
const storeCacheKib = 64 * 1024;
const readerCacheKib = 16 * 1024;
/** A finder looks at each page about once; what stands above them is read more often, and is in the system's memory. */
export const finderCacheKib = 2 * 1024;
const checkpointPages = 2000;
/** The log is cut back to this after a checkpoint, whatever a burst or a long read made of it. */
const logBytesMax = 64 * 1024 * 1024;

/**
 * The one connection that writes. Every commit is flushed to the disk before anyone hears of it. What it takes out of
 * a page it overwrites from the first row on (`secure_delete`): a copy that stays behind when a page is divided would
 * outlive an erasure of the row. Pages that are free it leaves to `FreePages`.
 */
export const openForWriting = (folder: string): DatabaseSync => {
  const database = new DatabaseSync(dataPath(folder), { timeout: 5000 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = FAST;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${storeCacheKib};
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA journal_size_limit = ${logBytesMax};
  `);
  return database;
};

/** For looking. No transaction is ever left open here: the log could not be cut back while it lasted. */
export const openForReading = (folder: string, cacheKib: number = readerCacheKib): DatabaseSync => {
  const database = new DatabaseSync(dataPath(folder), { readOnly: true, timeout: 5000 });
  database.exec(`PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${cacheKib};`);
  return database;
};
