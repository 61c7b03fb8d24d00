import type { SearchFile, StoredSegment } from "./search-file.ts";
import type { SearchLog } from "./search-places.ts";
import { SearchRuns } from "./search-runs.ts";
import { intersect, OpenSegment, segmentOf, segmentSize } from "./search-segment.ts";
import { isDamaged } from "./sqlite-error.ts";

/** Rows of one log as search sees them: their time and their keys' hashes, pushed into a segment. */
export type LogSource = {
  readonly log: SearchLog;
  /** The newest sequence there is, 0 for none. */
  readonly newest: () => number;
  /** The oldest row that retention has left in its place. */
  readonly oldest: () => number;
  /** Adds the rows from `first` to `last` in their order, kept ones included. */
  readonly addRows: (segment: OpenSegment, first: number, last: number) => void;
};

/** Rows read between two looks at whether somebody asks something. */
const rowsAtOnce = 1000;
/** Segments held in memory while they cannot be written. */
const unwrittenMax = 8;

/**
 * Follows one log by sequence. The newest segment stands in memory and is written when it is full;
 * older ones are in the search file, or are made anew from their rows when somebody needs them. So the
 * tail that is not indexed yet is indexed by whoever asks, and an answer is complete.
 */
export class SearchIndex {
  readonly #file: SearchFile;
  readonly #source: LogSource;
  readonly #stored: Map<number, StoredSegment>;
  readonly #runs: SearchRuns;
  #open: OpenSegment;
  /** Made, but not written: the disk is full. They are tried again. */
  readonly #unwritten = new Map<number, { readonly segment: OpenSegment; readonly isKept: boolean }>();

  constructor(file: SearchFile, source: LogSource) {
    this.#file = file;
    this.#source = source;
    this.#stored = file.segments(source.log);
    this.#runs = new SearchRuns(file.runs, source.log, this.#stored);
    let number = segmentOf(Math.max(source.newest(), 1));
    let stored = this.#stored.get(number);
    // A whole one may be in a run by now; nothing is added to it.
    while (stored !== undefined && isWhole(number, stored)) {
      number += 1;
      stored = this.#stored.get(number);
    }
    this.#open = new OpenSegment(number);
    if (stored !== undefined) file.load(source.log, this.#open, stored);
  }

  /** Rows that are not indexed yet, at the newest end. */
  get lag(): number {
    return Math.max(0, this.#source.newest() - this.#open.upTo);
  }

  /** Indexes at most some rows of the tail; answers whether any are left. */
  follow(): boolean {
    const newest = this.#source.newest();
    if (newest <= this.#open.upTo) return false;
    const last = Math.min(newest, this.#open.lastSequence, this.#open.upTo + rowsAtOnce);
    this.#source.addRows(this.#open, this.#open.upTo + 1, last);
    this.#open.upTo = last;
    if (last === this.#open.lastSequence) {
      this.#write(this.#open, false);
      this.#open = new OpenSegment(this.#open.number + 1);
    }
    return newest > last;
  }

  catchUp(): void {
    while (this.follow());
  }

  /**
   * A slice of what makes it complete and quick: goes on with what is being merged, or makes one segment that is
   * missing, the newest first, or one that retention has passed, anew; or begins to merge. Answers whether there was anything.
   */
  mend(): boolean {
    for (const { segment, isKept } of this.#unwritten.values()) this.#write(segment, isKept);
    if (this.#unwritten.size > 0) return false;
    // First: what it removes of the segments under it is what a new one of them would be written to.
    if (this.#runs.goOn()) return true;
    const oldest = this.#source.oldest();
    for (let number = this.#open.number - 1; number >= 0; number -= 1) {
      const stored = this.#stored.get(number);
      const isPassed = (number + 1) * segmentSize <= oldest;
      if (stored !== undefined && isWhole(number, stored) && (stored.isKept || !isPassed)) continue;
      this.#make(number, isPassed);
      return true;
    }
    return this.#runs.begin(this.#open.number);
  }

  /** Segments that may hold rows below `before` and of the time, the newest first. */
  *segments(
    before: number,
    time: { readonly from?: number | undefined; readonly to?: number | undefined },
  ): Generator<number> {
    for (let number = Math.min(this.#open.number, segmentOf(Math.max(before - 1, 0))); number >= 0; number -= 1) {
      const { firstAt, lastAt } = number === this.#open.number ? this.#open : this.#storedOf(number);
      if ((time.from !== undefined && lastAt < time.from) || (time.to !== undefined && firstAt >= time.to)) continue;
      if (lastAt >= firstAt) yield number;
    }
  }

  /** Sequences in one segment that have every key, the newest first. Their rows are to be looked at: hashes may collide. */
  find(number: number, hashes: readonly number[]): number[] {
    const lists = hashes.map((hash) => this.#findOne(number, hash));
    return intersect(lists)
      .map((offset) => number * segmentSize + offset)
      .reverse();
  }

  /** What is in memory is written, so that the next opening need not read it again. */
  close(): void {
    if (this.#open.upTo >= this.#open.number * segmentSize) this.#write(this.#open, false);
  }

  #findOne(number: number, hash: number): readonly number[] {
    if (number === this.#open.number) return this.#open.find(hash);
    const { level } = this.#storedOf(number);
    const unwritten = this.#unwritten.get(number);
    if (unwritten !== undefined) return unwritten.segment.find(hash);
    if (level > 0) return this.#runs.find(number, level, hash);
    return this.#file.find(this.#source.log, number, hash);
  }

  #storedOf(number: number): StoredSegment {
    const stored = this.#stored.get(number);
    return stored !== undefined && isWhole(number, stored) ? stored : this.#make(number, false);
  }

  #make(number: number, isKept: boolean): StoredSegment {
    const segment = new OpenSegment(number);
    while (segment.upTo < segment.lastSequence) {
      const last = Math.min(segment.lastSequence, segment.upTo + rowsAtOnce);
      this.#source.addRows(segment, segment.upTo + 1, last);
      segment.upTo = last;
    }
    return this.#write(segment, isKept);
  }

  #write(segment: OpenSegment, isKept: boolean): StoredSegment {
    const stored = storedFrom(segment, isKept);
    this.#stored.set(segment.number, stored);
    try {
      this.#file.write(this.#source.log, segment, stored);
      this.#unwritten.delete(segment.number);
    } catch (error) {
      if (isDamaged(error)) throw error;
      this.#unwritten.set(segment.number, { segment, isKept });
      this.#dropOldestUnwritten(segment.number);
    }
    return stored;
  }

  /** Memory is bounded: what is dropped is made again when it is needed. Not the one that is needed now. */
  #dropOldestUnwritten(needed: number): void {
    if (this.#unwritten.size <= unwrittenMax) return;
    const oldest = Math.min(...[...this.#unwritten.keys()].filter((number) => number !== needed));
    this.#unwritten.delete(oldest);
    this.#stored.delete(oldest);
  }
}

const isWhole = (number: number, stored: StoredSegment): boolean => stored.upTo >= (number + 1) * segmentSize - 1;

const storedFrom = ({ upTo, firstAt, lastAt }: OpenSegment, isKept: boolean): StoredSegment =>
  lastAt < firstAt ? { upTo, firstAt: 0, lastAt: -1, isKept, level: 0 } : { upTo, firstAt, lastAt, isKept, level: 0 };
