import { packEntries, readPacked } from "./packed-entries.ts";

/**
 * Search keys of a fixed range of sequence numbers: for each key, where in the range it stands. Filled
 * in memory while its rows come in, then written in one piece; entries are spread over buckets by
 * their hash, so that looking for a key reads one bucket of some kilobytes.
 */
const segmentBits = 16;
export const segmentSize = 1 << segmentBits;
export const bucketCount = 1024;
const firstCapacity = 4096;

export const segmentOf = (sequence: number): number => Math.floor(sequence / segmentSize);

/** What of a hash (53 bits) chooses the bucket, and what is kept of it there: 42 bits are compared in all. */
export const bucketOf = (hash: number): number => hash % bucketCount;
export const fragmentOf = (hash: number): number => Math.floor(hash / bucketCount) >>> 0;

export class OpenSegment {
  readonly number: number;
  /** The last row that is in it, or the one before the range. */
  upTo: number;
  /** Of the rows in it; says whether a search by time can leave it out. */
  firstAt = Number.POSITIVE_INFINITY;
  lastAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  #buckets = new Uint16Array(firstCapacity);
  #fragments = new Uint32Array(firstCapacity);
  #offsets = new Uint16Array(firstCapacity);

  constructor(number: number) {
    this.number = number;
    this.upTo = number * segmentSize - 1;
  }

  get lastSequence(): number {
    return (this.number + 1) * segmentSize - 1;
  }

  addTime(at: number): void {
    if (at < this.firstAt) this.firstAt = at;
    if (at > this.lastAt) this.lastAt = at;
  }

  addKey(sequence: number, hash: number): void {
    this.#addEntry(bucketOf(hash), fragmentOf(hash), sequence - this.number * segmentSize);
  }

  /** Takes back what `packed` gave. */
  addPacked(bucket: number, entries: Uint8Array): void {
    readPacked(entries, (fragment, offset) => this.#addEntry(bucket, fragment, offset));
  }

  /** Offsets of the rows with this key, in their order. */
  find(hash: number): number[] {
    const bucket = bucketOf(hash);
    const fragment = fragmentOf(hash);
    const found: number[] = [];
    for (let index = 0; index < this.#count; index += 1) {
      if (this.#fragments[index] === fragment && this.#buckets[index] === bucket) found.push(this.#offsets[index] ?? 0);
    }
    return found;
  }

  /** Its entries bucket by bucket, packed for `findPacked`; empty buckets are left out. */
  packed(): { readonly bucket: number; readonly entries: Uint8Array }[] {
    const ends = new Uint32Array(bucketCount + 1);
    for (let index = 0; index < this.#count; index += 1) add(ends, at(this.#buckets, index) + 1, 1);
    for (let bucket = 1; bucket <= bucketCount; bucket += 1) add(ends, bucket, at(ends, bucket - 1));
    const begins = ends.slice();
    const order = new Uint32Array(this.#count);
    for (let index = 0; index < this.#count; index += 1) {
      const bucket = at(this.#buckets, index);
      order[at(begins, bucket)] = index;
      add(begins, bucket, 1);
    }
    const packed: { readonly bucket: number; readonly entries: Uint8Array }[] = [];
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const entries = order.subarray(at(ends, bucket), at(ends, bucket + 1));
      if (entries.length > 0) packed.push({ bucket, entries: this.#pack(entries) });
    }
    return packed;
  }

  #pack(order: Uint32Array): Uint8Array {
    const fragmentAt = (place: number): number => at(this.#fragments, at(order, place));
    return packEntries(order.length, fragmentAt, (place) => at(this.#offsets, at(order, place)));
  }

  #addEntry(bucket: number, fragment: number, offset: number): void {
    if (this.#count === this.#buckets.length) this.#grow();
    this.#buckets[this.#count] = bucket;
    this.#fragments[this.#count] = fragment;
    this.#offsets[this.#count] = offset;
    this.#count += 1;
  }

  #grow(): void {
    const capacity = this.#buckets.length * 2;
    this.#buckets = grown(this.#buckets, new Uint16Array(capacity));
    this.#fragments = grown(this.#fragments, new Uint32Array(capacity));
    this.#offsets = grown(this.#offsets, new Uint16Array(capacity));
  }
}

/** The offsets that are in every list; each list is in order, and may hold one twice. */
export const intersect = (lists: readonly (readonly number[])[]): readonly number[] => {
  const [shortest, ...others] = lists.toSorted((one, other) => one.length - other.length);
  if (shortest === undefined) return [];
  let common = shortest;
  for (const other of others) {
    const members = new Set(other);
    common = common.filter((offset) => members.has(offset));
  }
  return common;
};

type Numbers = Uint8Array | Uint16Array | Uint32Array;
const at = (numbers: Numbers, index: number): number => numbers[index] ?? 0;
const add = (numbers: Numbers, index: number, value: number): void => {
  numbers[index] = at(numbers, index) + value;
};
const grown = <Kind extends Uint16Array | Uint32Array>(from: Kind, to: Kind): Kind => {
  to.set(from);
  return to;
};
