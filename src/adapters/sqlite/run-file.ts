import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesAt, integerAt, prepare, type Row } from "./columns.ts";
import { fan, listKeyOf, type MergedBuckets, placeInRun, segmentsOf } from "./merged-bucket.ts";
import { placeOf, type SearchLog, searchLogs } from "./search-places.ts";

/** Merging goes on after a stop where it was. The next number is of a phase that is as good as atomic to who looks. */
export const phases = ["merging", "clearing", "whole", "leaving"] as const;
export type Phase = (typeof phases)[number];

/** Eight segments, or runs of the level below, in one; it begins at segment `first`. */
export type Run = {
  readonly level: number;
  readonly first: number;
  readonly phase: Phase;
  /** Up to where the phase has come: a bucket of the children that are merged, or of what is removed. */
  readonly next: number;
};

type Child = { readonly level: number; readonly segment: number };
type Range = { readonly first: number; readonly count: number };

export const runSchema = `
  -- phase: see run-file.ts. next: how far it has come in that phase.
  CREATE TABLE run (
    log INTEGER NOT NULL, level INTEGER NOT NULL, first INTEGER NOT NULL, phase INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (log, level, first)
  ) STRICT, WITHOUT ROWID;
  -- Where a frequent key stands in a segment that is in a run: two bytes an offset.
  CREATE TABLE key_list (
    log INTEGER NOT NULL, segment INTEGER NOT NULL, key INTEGER NOT NULL, offsets BLOB NOT NULL,
    PRIMARY KEY (log, segment, key)
  ) STRICT, WITHOUT ROWID;
  -- At which level a segment is looked up: 0 by itself, else in the run of that level.
  ALTER TABLE segment ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
`;

/** The runs of the search file: what is read of them, and the steps by which they come and go, each in one transaction. */
export class RunFile {
  readonly #database: DatabaseSync;
  readonly #runs: StatementSync;
  readonly #bucket: StatementSync;
  readonly #buckets: StatementSync;
  readonly #putBucket: StatementSync;
  readonly #removeBuckets: StatementSync;
  readonly #list: StatementSync;
  readonly #putList: StatementSync;
  readonly #putRun: StatementSync;
  readonly #removeRun: StatementSync;
  readonly #raiseSegments: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#runs = prepare(database, "SELECT level, first, phase, next FROM run WHERE log = ?");
    this.#bucket = prepare(database, "SELECT entries FROM bucket WHERE place = ?");
    this.#buckets = prepare(database, "SELECT place, entries FROM bucket WHERE place BETWEEN ? AND ?");
    this.#putBucket = prepare(database, "INSERT OR REPLACE INTO bucket (place, entries) VALUES (?, ?)");
    this.#removeBuckets = prepare(database, "DELETE FROM bucket WHERE place BETWEEN ? AND ?");
    this.#list = prepare(database, "SELECT offsets FROM key_list WHERE log = ? AND segment = ? AND key = ?");
    this.#putList = prepare(
      database,
      "INSERT OR REPLACE INTO key_list (log, segment, key, offsets) VALUES (?, ?, ?, ?)",
    );
    this.#putRun = prepare(
      database,
      "INSERT OR REPLACE INTO run (log, level, first, phase, next) VALUES (?, ?, ?, ?, ?)",
    );
    this.#removeRun = prepare(database, "DELETE FROM run WHERE log = ? AND level = ? AND first = ?");
    this.#raiseSegments = prepare(
      database,
      "UPDATE segment SET level = ?2 WHERE log = ?1 AND number BETWEEN ?3 AND ?4 AND level = ?2 - 1",
    );
  }

  runs(log: SearchLog): Run[] {
    return this.#runs.all(searchLogs.indexOf(log)).map(readRun);
  }

  /** The bucket of a run in which a hash is. */
  bucket(log: SearchLog, { level, first }: Pick<Run, "level" | "first">, hash: number): Uint8Array | null {
    const row = this.#bucket.get(placeOf(log, { level, segment: first, bucket: placeInRun(hash, level).bucket }));
    return row === undefined ? null : bytesAt(row, 0);
  }

  /** Buckets of a child, by their number. */
  buckets(log: SearchLog, { level, segment, first, count }: Child & Range): Map<number, Uint8Array> {
    const place = placeOf(log, { level, segment, bucket: first });
    const rows = this.#buckets.all(place, place + count - 1);
    return new Map(rows.map((row) => [integerAt(row, 0) - place + first, bytesAt(row, 1)]));
  }

  /** Where a frequent key stands in a segment. */
  list(log: SearchLog, segment: number, hash: number): number[] {
    const row = this.#list.get(searchLogs.indexOf(log), segment, listKeyOf(hash));
    if (row === undefined) return [];
    const bytes = bytesAt(row, 0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.length / 2 }, (_, place) => view.getUint16(2 * place, true));
  }

  /** What was merged of some buckets of the children, up to `run.next`. */
  putMerged(log: SearchLog, run: Run, merged: readonly MergedBuckets[]): void {
    this.#inTransaction(() => {
      let bucket = (run.next - merged.length) * fan;
      for (const { buckets, lists } of merged) {
        for (const { segment, key, offsets } of lists) {
          this.#putList.run(searchLogs.indexOf(log), run.first + segment, key, packOffsets(offsets));
        }
        for (const entries of buckets) {
          if (entries !== null) this.#putBucket.run(placeOf(log, { ...run, segment: run.first, bucket }), entries);
          bucket += 1;
        }
      }
      this.#put(log, run);
    });
  }

  put(log: SearchLog, run: Run): void {
    this.#inTransaction(() => this.#put(log, run));
  }

  /** From now on segments of the level below are looked up in the run, and runs of that level are no more. */
  raise(log: SearchLog, run: Run, children: readonly Run[]): void {
    const { level, first } = run;
    this.#inTransaction(() => {
      this.#raiseSegments.run(searchLogs.indexOf(log), level, first, first + segmentsOf(level) - 1);
      for (const child of children) this.#removeRun.run(searchLogs.indexOf(log), child.level, child.first);
      this.#put(log, run);
    });
  }

  /** Removes buckets where nobody looks any more, from `first` on; `left` is what is left to be done of the run, null for nothing. */
  clear(log: SearchLog, of: Child & Range, { run, left }: { readonly run: Run; readonly left: Run | null }): void {
    const place = placeOf(log, { level: of.level, segment: of.segment, bucket: of.first });
    this.#inTransaction(() => {
      this.#removeBuckets.run(place, place + of.count - 1);
      if (left === null) this.#removeRun.run(searchLogs.indexOf(log), run.level, run.first);
      else this.#put(log, left);
    });
  }

  #put(log: SearchLog, { level, first, phase, next }: Run): void {
    this.#putRun.run(searchLogs.indexOf(log), level, first, phases.indexOf(phase), next);
  }

  #inTransaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

const readRun = (row: Row): Run => ({
  level: integerAt(row, 0),
  first: integerAt(row, 1),
  phase: phases[integerAt(row, 2)] ?? "merging",
  next: integerAt(row, 3),
});

const packOffsets = (offsets: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(2 * offsets.length);
  const view = new DataView(bytes.buffer);
  offsets.forEach((offset, place) => {
    view.setUint16(2 * place, offset, true);
  });
  return bytes;
};
