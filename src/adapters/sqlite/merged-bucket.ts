import { packEntries, readPacked } from "./packed-entries.ts";
import { bucketCount, bucketOf, fragmentOf } from "./search-segment.ts";
import { DamagedRow } from "./sqlite-error.ts";

/**
 * Segments are merged eight at a time, and eight of those again: a run of level 1, 2, 3. With each level
 * three bits of a hash's fragment move into the number of its bucket, and three bits that tell the segment
 * take their place in the word: so an entry has six bytes at every level, 42 bits of a hash are compared at
 * every level, a bucket stays a page long, and merging needs nothing but the buckets themselves.
 */
const levelBits = 3;
export const fan = 1 << levelBits;
export const highestLevel = 3;
/** A key with more rows in a run has a list for each segment, beside the run: a bucket stays small whatever is in it. */
const entriesOfKeyMax = 1024;
const fragmentsOfKey = 2 ** 32;

export const segmentsOf = (level: number): number => fan ** level;
export const bucketsOf = (level: number): number => bucketCount * fan ** level;

/** What of a hash names its list: all that is compared. */
export const listKeyOf = (hash: number): number => hash % (bucketCount * fragmentsOfKey);

type PlaceInRun = { readonly bucket: number; readonly fragment: number };

export const placeInRun = (hash: number, level: number): PlaceInRun => {
  let bucket = bucketOf(hash);
  let fragment = fragmentOf(hash);
  for (let step = 0; step < level; step += 1) {
    bucket = bucket * fan + (fragment & (fan - 1));
    fragment >>>= levelBits;
  }
  return { bucket, fragment };
};

/** The way back: no bit of a hash is lost in a run. */
const listKeyAt = (level: number, { bucket, fragment }: PlaceInRun): number => {
  let [left, whole] = [bucket, fragment];
  for (let step = 0; step < level; step += 1) {
    whole = ((whole << levelBits) | (left & (fan - 1))) >>> 0;
    left >>>= levelBits;
  }
  return whole * bucketCount + left;
};

/** What a bucket of a run says of a key: it has lists, or these offsets by segment, counted from the run's first. */
export type FoundInRun = "listed" | ReadonlyMap<number, readonly number[]>;

/** Of bytes as `pack` makes them: how many keys have lists, the fragments of those, then the entries. */
export const findInRun = (bytes: Uint8Array, level: number, fragment: number): FoundInRun => {
  const { listed, entries } = unpack(bytes);
  if (listed.includes(fragment)) return "listed";
  const found = new Map<number, number[]>();
  readPacked(entries, (word, offset) => {
    if (word >>> (levelBits * level) !== fragment) return;
    const segment = word & (segmentsOf(level) - 1);
    const offsets = found.get(segment);
    if (offsets === undefined) found.set(segment, [offset]);
    else offsets.push(offset);
  });
  return found;
};

/** Where one key stands in one segment; the segment is counted from the run's first. */
export type KeyList = { readonly segment: number; readonly key: number; readonly offsets: readonly number[] };

export type MergedBuckets = {
  /** Buckets from the first of them on; null where nothing is in it. */
  readonly buckets: readonly (Uint8Array | null)[];
  readonly lists: readonly KeyList[];
};

/**
 * Merges one bucket of each child into the eight buckets of the run that their entries belong to. Children are of
 * `level - 1`, in their order; what is in one under a segment that has left it since is not taken.
 */
export const mergeBuckets = (
  from: { readonly level: number; readonly bucket: number; readonly children: readonly (Uint8Array | undefined)[] },
  isIn: (segment: number) => boolean,
): MergedBuckets => {
  const { level, bucket, children } = from;
  const parts = Array.from({ length: fan }, () => new Part());
  children.forEach((bytes, child) => {
    if (bytes !== undefined) divide(parts, { level, child, bytes }, isIn);
  });
  const lists: KeyList[] = [];
  const buckets = parts.map((part, index) => {
    part.takeOut(level, (segment, fragment, offsets) => {
      lists.push({ segment, key: listKeyAt(level, { bucket: bucket * fan + index, fragment }), offsets });
    });
    return part.isEmpty ? null : part.pack();
  });
  return { buckets, lists };
};

type Child = { readonly level: number; readonly child: number; readonly bytes: Uint8Array };

const divide = (parts: readonly Part[], { level, child, bytes }: Child, isIn: (segment: number) => boolean): void => {
  const bits = levelBits * (level - 1);
  const { listed, entries } = level === 1 ? { listed: [], entries: bytes } : unpack(bytes);
  for (const fragment of listed) parts[fragment & (fan - 1)]?.listed.add(fragment >>> levelBits);
  readPacked(entries, (word, offset) => {
    const fragment = word >>> bits;
    const segment = (child << bits) | (word & ((1 << bits) - 1));
    if (isIn(segment)) parts[fragment & (fan - 1)]?.add(wordOf(fragment >>> levelBits, segment, level), offset);
  });
};

const wordOf = (fragment: number, segment: number, level: number): number =>
  ((fragment << (levelBits * level)) | segment) >>> 0;

/** One bucket of a run in the making. Entries come by segment, and within it in the order of their rows. */
class Part {
  readonly listed = new Set<number>();
  #words: number[] = [];
  #offsets: number[] = [];

  get isEmpty(): boolean {
    return this.listed.size === 0 && this.#words.length === 0;
  }

  add(word: number, offset: number): void {
    this.#words.push(word);
    this.#offsets.push(offset);
  }

  /** Keys with too many rows, and those that have lists from below, leave it. */
  takeOut(level: number, take: (segment: number, fragment: number, offsets: readonly number[]) => void): void {
    this.#listFrequent(level);
    if (this.listed.size === 0) return;
    const [words, offsets] = [this.#words, this.#offsets];
    const lists = new Map<number, number[]>();
    [this.#words, this.#offsets] = [[], []];
    words.forEach((word, place) => {
      const offset = offsets[place] ?? 0;
      if (this.listed.has(word >>> (levelBits * level))) {
        const list = lists.get(word);
        if (list === undefined) lists.set(word, [offset]);
        else list.push(offset);
      } else {
        this.#words.push(word);
        this.#offsets.push(offset);
      }
    });
    for (const [word, list] of lists) take(word & (segmentsOf(level) - 1), word >>> (levelBits * level), list);
  }

  pack(): Uint8Array {
    const entries = packEntries(
      this.#words.length,
      (place) => this.#words[place] ?? 0,
      (place) => this.#offsets[place] ?? 0,
    );
    const listed = [...this.listed];
    const bytes = new Uint8Array(4 + 4 * listed.length + entries.length);
    const view = new DataView(bytes.buffer);
    [listed.length, ...listed].forEach((number, place) => {
      view.setUint32(4 * place, number, true);
    });
    bytes.set(entries, 4 + 4 * listed.length);
    return bytes;
  }

  #listFrequent(level: number): void {
    if (this.#words.length <= entriesOfKeyMax) return;
    const counts = new Map<number, number>();
    for (const word of this.#words) {
      const fragment = word >>> (levelBits * level);
      const count = (counts.get(fragment) ?? 0) + 1;
      counts.set(fragment, count);
      if (count > entriesOfKeyMax) this.listed.add(fragment);
    }
  }
}

const unpack = (bytes: Uint8Array): { readonly listed: readonly number[]; readonly entries: Uint8Array } => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < 4 ? Number.POSITIVE_INFINITY : view.getUint32(0, true);
  if (4 + 4 * count > bytes.length) throw new DamagedRow(`a bucket says ${count} keys in ${bytes.length} bytes`);
  const listed = Array.from({ length: count }, (_, place) => view.getUint32(4 + 4 * place, true));
  return { listed, entries: bytes.subarray(4 + 4 * count) };
};
