import { rmSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { bytesAt, integerAt, prepare, textAt } from "./columns.ts";
import { searchFileName } from "./data-file.ts";
import type { Epoch } from "./epoch.ts";
import { findPacked } from "./packed-entries.ts";
import { RunFile, runSchema } from "./run-file.ts";
import { placeOf, type SearchLog, searchLogs } from "./search-places.ts";
import { bucketCount, bucketOf, fragmentOf, type OpenSegment } from "./search-segment.ts";

/** A change of what is written here gets the next number; a file of the one before gets what it lacks, any other is made anew. */
const formatVersion = 2;
const versionWithoutRuns = 1;

const schema = `
  CREATE TABLE belonging (epoch TEXT NOT NULL) STRICT;
  -- up_to: the last row that is in it. kept: made again when retention had passed over it.
  CREATE TABLE segment (
    log INTEGER NOT NULL, number INTEGER NOT NULL, up_to INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    kept INTEGER NOT NULL, PRIMARY KEY (log, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bucket (place INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
`;

const runsOnTop = `BEGIN; ${runSchema} PRAGMA user_version = ${formatVersion}; COMMIT;`;

export type StoredSegment = {
  readonly upTo: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly isKept: boolean;
  /** 0: it is looked up by itself; else in the run of that level. */
  readonly level: number;
};

/**
 * The derived file. Losing it costs time, never an answer: it is not flushed at each commit, and
 * whatever cannot be read, is of another format or belongs to other data is thrown away and made anew.
 */
export class SearchFile {
  readonly runs: RunFile;
  readonly #database: DatabaseSync;
  readonly #bucket: StatementSync;
  readonly #putBucket: StatementSync;
  readonly #putSegment: StatementSync;
  readonly #removeBuckets: StatementSync;
  readonly #buckets: StatementSync;
  readonly #removeLists: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.runs = new RunFile(database);
    this.#bucket = prepare(database, "SELECT entries FROM bucket WHERE place = ?");
    this.#putBucket = prepare(database, "INSERT INTO bucket (place, entries) VALUES (?, ?)");
    this.#putSegment = prepare(
      database,
      "INSERT OR REPLACE INTO segment (log, number, up_to, first_at, last_at, kept, level) VALUES (?, ?, ?, ?, ?, ?, 0)",
    );
    this.#removeBuckets = prepare(database, "DELETE FROM bucket WHERE place BETWEEN ? AND ?");
    this.#removeLists = prepare(database, "DELETE FROM key_list WHERE log = ? AND segment = ?");
    this.#buckets = prepare(database, "SELECT place, entries FROM bucket WHERE place BETWEEN ? AND ?");
  }

  segments(log: SearchLog): Map<number, StoredSegment> {
    const rows = prepare(
      this.#database,
      "SELECT number, up_to, first_at, last_at, kept, level FROM segment WHERE log = ?",
    ).all(searchLogs.indexOf(log));
    return new Map(
      rows.map((row) => [
        integerAt(row, 0),
        {
          upTo: integerAt(row, 1),
          firstAt: integerAt(row, 2),
          lastAt: integerAt(row, 3),
          isKept: integerAt(row, 4) === 1,
          level: integerAt(row, 5),
        },
      ]),
    );
  }

  /** Writes a segment over what was there of it, with how far it reaches, in one transaction. It is in no run then. */
  write(log: SearchLog, segment: OpenSegment, { upTo, firstAt, lastAt, isKept }: StoredSegment): void {
    const first = placeOf(log, { level: 0, segment: segment.number, bucket: 0 });
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#removeBuckets.run(first, first + bucketCount - 1);
      this.#removeLists.run(searchLogs.indexOf(log), segment.number);
      for (const { bucket, entries } of segment.packed()) this.#putBucket.run(first + bucket, entries);
      this.#putSegment.run(searchLogs.indexOf(log), segment.number, upTo, firstAt, lastAt, isKept ? 1 : 0);
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Fills a segment with what was written of it. */
  load(log: SearchLog, segment: OpenSegment, stored: StoredSegment): void {
    const first = placeOf(log, { level: 0, segment: segment.number, bucket: 0 });
    for (const row of this.#buckets.iterate(first, first + bucketCount - 1)) {
      segment.addPacked(integerAt(row, 0) - first, bytesAt(row, 1));
    }
    segment.upTo = stored.upTo;
    if (stored.lastAt < stored.firstAt) return;
    segment.addTime(stored.firstAt);
    segment.addTime(stored.lastAt);
  }

  find(log: SearchLog, number: number, hash: number): number[] {
    const row = this.#bucket.get(placeOf(log, { level: 0, segment: number, bucket: bucketOf(hash) }));
    return row === undefined ? [] : findPacked(bytesAt(row, 0), fragmentOf(hash));
  }

  close(): void {
    this.#database.close();
  }
}

/** Opens the search file of this data, or a new one where there is none that fits. */
export const openSearchFile = (
  folder: string,
  epoch: { readonly before: string; readonly now: string },
): SearchFile => {
  const path = `${folder}/${searchFileName}`;
  const known = openFitting(path, epoch);
  if (known !== null) return new SearchFile(known);
  removeSearchFile(folder);
  const database = connect(path);
  database.exec(schema);
  database.exec(runsOnTop);
  prepare(database, "INSERT INTO belonging (epoch) VALUES (?)").run(epoch.now);
  return new SearchFile(database);
};

export const removeSearchFile = (folder: string): void => {
  for (const suffix of ["", "-wal", "-shm", "-journal"])
    rmSync(`${folder}/${searchFileName}${suffix}`, { force: true });
};

const openFitting = (path: string, epoch: Epoch): DatabaseSync | null => {
  let database: DatabaseSync | null = null;
  try {
    database = connect(path);
    const version = prepare(database, "PRAGMA user_version").get();
    const belonging = prepare(database, "SELECT epoch FROM belonging").get();
    const isFitting =
      version !== undefined &&
      [formatVersion, versionWithoutRuns].includes(integerAt(version, 0)) &&
      belonging !== undefined &&
      textAt(belonging, 0) === epoch.before;
    if (isFitting) {
      if (integerAt(version, 0) === versionWithoutRuns) database.exec(runsOnTop);
      prepare(database, "UPDATE belonging SET epoch = ?").run(epoch.now);
      return database;
    }
  } catch {
    // Missing tables, a damaged file, no file at all: whatever it is, it is made anew. What is damaged inside is found when it is read.
  }
  database?.close();
  return null;
};

const connect = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 16777216;",
  );
  return database;
};
