import {
  bucketsOf,
  type FoundInRun,
  fan,
  findInRun,
  highestLevel,
  mergeBuckets,
  placeInRun,
  segmentsOf,
} from "./merged-bucket.ts";
import type { Run, RunFile } from "./run-file.ts";
import type { StoredSegment } from "./search-file.ts";
import type { SearchLog } from "./search-places.ts";
import { segmentSize } from "./search-segment.ts";

/** Buckets of each child that are merged in one slice; a bucket is about a page. */
const mergedAtOnce = 16;
/** Buckets that are removed in one slice. */
const clearedAtOnce = 256;
/** What was found of a key in a run is asked for again with its next segment. */
const foundRememberedMax = 256;

/**
 * Segments that are looked up together. A segment is read by itself until the run over it is whole, then in the run
 * (`level`); one that is made anew, because retention has passed it, leaves its run, which goes when it is empty.
 * At any moment each segment is read in one place: merging is one step to whoever looks, and to a process that is killed.
 */
export class SearchRuns {
  readonly #file: RunFile;
  readonly #log: SearchLog;
  readonly #segments: Map<number, StoredSegment>;
  readonly #runs: Map<string, Run>;
  readonly #found = new Map<string, FoundInRun>();

  constructor(file: RunFile, log: SearchLog, segments: Map<number, StoredSegment>) {
    this.#file = file;
    this.#log = log;
    this.#segments = segments;
    this.#runs = new Map(file.runs(log).map((run) => [nameOf(run), run]));
  }

  /** Offsets in a segment of that level. */
  find(number: number, level: number, hash: number): readonly number[] {
    const first = firstOf(number, level);
    const found = this.#foundIn({ level, first }, hash);
    return found === "listed" ? this.#file.list(this.#log, number, hash) : (found.get(number - first) ?? []);
  }

  /** A slice of what was begun. Answers whether anything was. */
  goOn(): boolean {
    const run = this.#unfinished();
    if (run === undefined) return false;
    if (run.phase === "merging") this.#merge(run);
    else this.#clear(run);
    return true;
  }

  /** Begins a run of segments below `end`, the newest of the lowest level first. Answers whether there is one to be made. */
  begin(end: number): boolean {
    for (let level = 1; level <= highestLevel; level += 1) {
      const size = segmentsOf(level);
      for (let first = firstOf(end, level) - size; first >= 0; first -= size) {
        if (!this.#canMerge(level, first)) continue;
        const run: Run = { level, first, phase: "merging", next: 0 };
        this.#file.put(this.#log, run);
        this.#runs.set(nameOf(run), run);
        return true;
      }
    }
    return false;
  }

  #canMerge(level: number, first: number): boolean {
    if (this.#runs.has(nameOf({ level, first }))) return false;
    let isAny = false;
    for (let number = first; number < first + segmentsOf(level); number += 1) {
      const stored = this.#segments.get(number);
      if (stored === undefined || stored.level !== level - 1 || stored.upTo < (number + 1) * segmentSize - 1)
        return false;
      isAny ||= stored.lastAt >= stored.firstAt;
    }
    return isAny;
  }

  #unfinished(): Run | undefined {
    for (const run of this.#runs.values()) {
      if (run.phase !== "whole") return run;
      if (this.#numbersIn(run, run.level).length === 0) return { ...run, phase: "leaving", next: 0 };
    }
    return undefined;
  }

  #merge(run: Run): void {
    const { level, first, next } = run;
    const count = Math.min(mergedAtOnce, bucketsOf(level - 1) - next);
    const size = segmentsOf(level - 1);
    const children = Array.from({ length: fan }, (_, child) =>
      this.#file.buckets(this.#log, { level: level - 1, segment: first + child * size, first: next, count }),
    );
    const isIn = new Set(this.#numbersIn(run, level - 1).map((number) => number - first));
    const merged = Array.from({ length: count }, (_, index) => {
      const bucket = next + index;
      const from = { level, bucket, children: children.map((buckets) => buckets.get(bucket)) };
      return mergeBuckets(from, (segment) => isIn.has(segment));
    });
    const done: Run = { ...run, next: next + count };
    this.#file.putMerged(this.#log, done, merged);
    this.#runs.set(nameOf(run), done);
    if (done.next === bucketsOf(level - 1)) this.#raise(done);
  }

  /** The step at which everybody looks in the run. */
  #raise({ level, first }: Run): void {
    const run: Run = { level, first, phase: "clearing", next: 0 };
    const children = [...this.#runs.values()].filter(
      (child) => child.level === level - 1 && firstOf(child.first, level) === first,
    );
    this.#file.raise(this.#log, run, children);
    for (const child of children) this.#runs.delete(nameOf(child));
    for (const number of this.#numbersIn(run, level - 1)) {
      const stored = this.#segments.get(number);
      if (stored !== undefined) this.#segments.set(number, { ...stored, level });
    }
    this.#runs.set(nameOf(run), run);
    this.#found.clear();
  }

  /** Removes what was merged, or a run that every segment has left. */
  #clear(run: Run): void {
    const { level, first, next } = run;
    const isLeaving = run.phase === "leaving";
    const count = Math.min(clearedAtOnce, bucketsOf(level) - next);
    const isDone = next + count === bucketsOf(level);
    const done: Run = isDone ? { ...run, phase: "whole", next: 0 } : { ...run, next: next + count };
    const left = isLeaving && isDone ? null : done;
    const from = { level: isLeaving ? level : level - 1, segment: first, first: next, count };
    this.#file.clear(this.#log, from, { run, left });
    if (left === null) this.#runs.delete(nameOf(run));
    else this.#runs.set(nameOf(run), left);
    this.#found.clear();
  }

  /** Segments under a run that are of a level. */
  #numbersIn({ level, first }: Pick<Run, "level" | "first">, ofLevel: number): number[] {
    const numbers: number[] = [];
    for (let number = first; number < first + segmentsOf(level); number += 1) {
      if (this.#segments.get(number)?.level === ofLevel) numbers.push(number);
    }
    return numbers;
  }

  #foundIn(run: Pick<Run, "level" | "first">, hash: number): FoundInRun {
    const name = `${nameOf(run)} ${hash}`;
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const bytes = this.#file.bucket(this.#log, run, hash);
    const { fragment } = placeInRun(hash, run.level);
    const found = bytes === null ? new Map<number, number[]>() : findInRun(bytes, run.level, fragment);
    if (this.#found.size >= foundRememberedMax) this.#found.clear();
    this.#found.set(name, found);
    return found;
  }
}

const firstOf = (number: number, level: number): number => number - (number % segmentsOf(level));

const nameOf = ({ level, first }: Pick<Run, "level" | "first">): string => `${level} ${first}`;
