/**
 * A blocked Bloom filter over one generation of client event ids: it answers "never seen" for sure,
 * and errs for about one new id in five hundred. 16 bits an id, one cache line a look: two megabytes for a million ids.
 */
export const idsPerFilter = 1 << 20;
const wordsPerBlock = 16;
const blockCount = (idsPerFilter * 16) / (wordsPerBlock * 32);
const bitsPerId = 6;

export class KnownFilter {
  readonly #words: Uint32Array;

  /** Of bytes that `bytes` gave, or empty. */
  constructor(bytes?: Uint8Array) {
    this.#words = new Uint32Array(blockCount * wordsPerBlock);
    if (bytes !== undefined) new Uint8Array(this.#words.buffer).set(bytes);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer);
  }

  add(hash: number): void {
    const block = blockOf(hash);
    let mixed = seedOf(hash);
    for (let bit = 0; bit < bitsPerId; bit += 1) {
      mixed = Math.imul(mixed, 0x9e3779b1) + bit;
      const word = block + ((mixed >>> 28) & 15);
      this.#words[word] = (this.#words[word] ?? 0) | (1 << ((mixed >>> 23) & 31));
    }
  }

  mayHave(hash: number): boolean {
    const block = blockOf(hash);
    let mixed = seedOf(hash);
    for (let bit = 0; bit < bitsPerId; bit += 1) {
      mixed = Math.imul(mixed, 0x9e3779b1) + bit;
      if (((this.#words[block + ((mixed >>> 28) & 15)] ?? 0) & (1 << ((mixed >>> 23) & 31))) === 0) return false;
    }
    return true;
  }
}

const blockOf = (hash: number): number => (hash % blockCount) * wordsPerBlock;
const seedOf = (hash: number): number => Math.floor(hash / blockCount) | 1;
