import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesAt, integerAt, oneInteger, prepare } from "./columns.ts";
import { FilterGroups, generationsPerGroup, groupOf } from "./filter-groups.ts";
import { filterBytes, idsPerFilter, KnownFilter } from "./known-filter.ts";
import { findPacked, packEntries, readPacked } from "./packed-entries.ts";

/** Events whose client event ids are written in one piece. */
export const knownSegmentSize = 1 << 14;
const segmentsPerGeneration = idsPerFilter / knownSegmentSize;
const bucketCount = 64;

/** Moving begins so many before there are too many: eight million events arrive meanwhile. */
const filtersAhead = 8;
export const defaultFilterBytesMax = 512 * 2 ** 20;
/** Fewer would never hold a whole group and one more. */
const filtersMin = generationsPerGroup + filtersAhead + 1;

/**
 * Client event ids of closed segments of the log. Random ids in one tree cost a page each: 21–26 µs an
 * event at a million. Here they are written in order of arrival, some thousands at once, and a filter
 * in memory says of nearly every new id that it is new without reading anything. Beyond a number of filters
 * the oldest ones move to the disk, where a look reads one page for sixty of them.
 */
export class KnownSegments {
  readonly #filters = new Map<number, KnownFilter>();
  /** Before anything moves: what fails half-way has moved a part, in memory too. */
  #isMoved = false;
  readonly #filtersMax: number;
  readonly #groups: FilterGroups;
  readonly #insert: StatementSync;
  readonly #insertSegment: StatementSync;
  readonly #insertFilter: StatementSync;
  readonly #bucket: StatementSync;
  readonly #generation: StatementSync;
  readonly #oldest: StatementSync;
  readonly #removeBucket: StatementSync;
  readonly #removeSegment: StatementSync;
  readonly #removeFilter: StatementSync;
  readonly #oldestFilter: StatementSync;

  constructor(database: DatabaseSync, filterBytesMax: number) {
    this.#filtersMax = Math.max(filtersMin, Math.floor(filterBytesMax / filterBytes));
    this.#groups = new FilterGroups(database);
    this.#insert = prepare(database, "INSERT INTO known_bucket (place, entries) VALUES (?, ?)");
    this.#insertSegment = prepare(database, "INSERT INTO known_segment (number, last_at) VALUES (?, ?)");
    this.#insertFilter = prepare(database, "INSERT OR REPLACE INTO known_filter (generation, words) VALUES (?, ?)");
    this.#bucket = prepare(database, selectKnown);
    this.#generation = prepare(database, selectKnown);
    this.#oldest = prepare(database, "SELECT number, last_at FROM known_segment ORDER BY number LIMIT 1");
    this.#removeBucket = prepare(database, "DELETE FROM known_bucket WHERE place = ?");
    this.#removeSegment = prepare(database, "DELETE FROM known_segment WHERE number = ?");
    this.#removeFilter = prepare(database, "DELETE FROM known_filter WHERE generation = ?");
    this.#oldestFilter = prepare(database, "SELECT min(generation) FROM known_filter");
    this.#load(database);
  }

  /** Events that may have the id, by its hash. */
  find(hash: number): number[] {
    const generations = this.#groups.find(hash);
    for (const [generation, filter] of this.#filters) if (filter.mayHave(hash)) generations.push(generation);
    const found: number[] = [];
    for (const generation of generations) {
      const first = placeOf(generation * segmentsPerGeneration, bucketOf(hash));
      for (const row of this.#bucket.all(first, first + segmentsPerGeneration - 1)) {
        const segment = generation * segmentsPerGeneration + (integerAt(row, 0) - first);
        for (const offset of findPacked(bytesAt(row, 1), fragmentOf(hash)))
          found.push(segment * knownSegmentSize + offset);
      }
    }
    return found;
  }

  /** Writes what one segment of the log brought; all of it was recorded at or before `lastAt`. */
  write(segment: number, ids: ReadonlyMap<number, readonly number[]>, lastAt: number): void {
    this.#isMoved = true;
    const generation = Math.floor(segment / segmentsPerGeneration);
    const filter = this.#filters.get(generation) ?? new KnownFilter();
    this.#filters.set(generation, filter);
    const buckets: { readonly fragment: number; readonly offset: number }[][] = Array.from(
      { length: bucketCount },
      () => [],
    );
    for (const [hash, events] of ids) {
      filter.add(hash);
      for (const event of events) {
        buckets[bucketOf(hash)]?.push({ fragment: fragmentOf(hash), offset: event - segment * knownSegmentSize });
      }
    }
    buckets.forEach((entries, bucket) => {
      if (entries.length > 0) {
        const packed = packEntries(
          entries.length,
          (place) => entries[place]?.fragment ?? 0,
          (place) => entries[place]?.offset ?? 0,
        );
        this.#insert.run(placeOf(segment, bucket), packed);
      }
    });
    this.#insertSegment.run(segment, lastAt);
    // Complete: the next opening reads it instead of making it anew.
    if (segment % segmentsPerGeneration === segmentsPerGeneration - 1) this.#insertFilter.run(generation, filter.bytes);
  }

  /** Drops the oldest segment if all of it was recorded before the time; answers whether it did. */
  forgetOldest(before: number): boolean {
    const row = this.#oldest.get();
    if (row === undefined || integerAt(row, 1) >= before) return false;
    this.#isMoved = true;
    const segment = integerAt(row, 0);
    for (let bucket = 0; bucket < bucketCount; bucket += 1) this.#removeBucket.run(placeOf(segment, bucket));
    this.#removeSegment.run(segment);
    const generation = Math.floor(segment / segmentsPerGeneration);
    const next = oneInteger(this.#oldest);
    if (next === null || Math.floor(next / segmentsPerGeneration) > generation) {
      this.#removeFilter.run(generation);
      this.#filters.delete(generation);
      this.#groups.forgetBefore(next === null ? null : Math.floor(next / segmentsPerGeneration));
    }
    return true;
  }

  /** Filters in memory. */
  get filterCount(): number {
    return this.#filters.size;
  }

  /** Moves a little of the oldest filters to the disk while there are too many in memory, and tidies up there; answers whether it did something. */
  moveFilters(): boolean {
    const group = this.#groupToMove();
    if (group !== null) {
      this.#isMoved = true;
      if (this.#groups.writeSlice(group, this.#filters))
        for (const generation of this.#filters.keys())
          if (groupOf(generation) === group) this.#filters.delete(generation);
      return true;
    }
    // Of a group that is whole, each filter stands in the file twice.
    const doubled = oneInteger(this.#oldestFilter);
    if (doubled !== null && this.#groups.has(doubled)) {
      this.#removeFilter.run(doubled);
      return true;
    }
    const isRemoving = this.#groups.hasDead;
    if (isRemoving) {
      this.#isMoved = true;
      this.#groups.removeSlice();
    }
    return isRemoving;
  }

  /** The oldest whose generations have all come to their end: such filters do not change. */
  #groupToMove(): number | null {
    if (this.#filters.size <= this.#filtersMax - filtersAhead) return null;
    const generations = [...this.#filters.keys()];
    const oldest = groupOf(Math.min(...generations));
    return groupOf(Math.max(...generations)) > oldest ? oldest : null;
  }

  /** A segment was written or dropped since the last commit, or filters were moved: taken back, it has to be loaded anew. */
  get isMoved(): boolean {
    return this.#isMoved;
  }

  committed(): void {
    this.#isMoved = false;
  }

  /** What has moved was taken back. */
  reload(database: DatabaseSync): void {
    this.#filters.clear();
    this.#load(database);
    this.#isMoved = false;
  }

  #load(database: DatabaseSync): void {
    const generations = new Set<number>();
    for (const row of prepare(database, "SELECT number FROM known_segment").all()) {
      generations.add(Math.floor(integerAt(row, 0) / segmentsPerGeneration));
    }
    this.#groups.load(database, generations);
    const stored = prepare(database, "SELECT words FROM known_filter WHERE generation = ?");
    for (const generation of generations) {
      if (this.#groups.has(generation)) continue;
      const row = stored.get(generation);
      this.#filters.set(
        generation,
        row === undefined ? this.#makeFilter(generation) : new KnownFilter(bytesAt(row, 0)),
      );
    }
  }

  #makeFilter(generation: number): KnownFilter {
    const filter = new KnownFilter();
    const first = generation * segmentsPerGeneration * bucketCount;
    for (const row of this.#generation.all(first, first + segmentsPerGeneration * bucketCount - 1)) {
      const bucket = Math.floor((integerAt(row, 0) - first) / segmentsPerGeneration);
      readPacked(bytesAt(row, 1), (fragment) => filter.add(fragment * bucketCount + bucket));
    }
    return filter;
  }
}

const selectKnown = "SELECT place, entries FROM known_bucket WHERE place BETWEEN ? AND ?";

/** What is kept of a hash, and so all that is compared: 38 bits. */
export const knownHash = (hash: number): number => hash % 2 ** 38;

const bucketOf = (hash: number): number => hash % bucketCount;
const fragmentOf = (hash: number): number => Math.floor(hash / bucketCount);
/** All segments of a generation side by side for each bucket: one look reads neighbours. */
const placeOf = (segment: number, bucket: number): number => {
  const generation = Math.floor(segment / segmentsPerGeneration);
  return (generation * bucketCount + bucket) * segmentsPerGeneration + (segment % segmentsPerGeneration);
};
