/**
 * A blocked Bloom filter over one generation of client event ids: it answers "never seen" for sure,
 * and errs for about one new id in five hundred. 16 bits an id, one cache line a look: two megabytes for a million ids.
 */
export const idsPerFilter = 1 << 20;
export const wordsPerBlock = 16;
export const blockCount = (idsPerFilter * 16) / (wordsPerBlock * 32);
const bitsPerId = 6;
export const filterBytes = blockCount * wordsPerBlock * 4;

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
    const block = blockOf(hash) * wordsPerBlock;
    let mixed = seedOf(hash);
    for (let bit = 0; bit < bitsPerId; bit += 1) {
      mixed = Math.imul(mixed, 0x9e3779b1) + bit;
      const word = block + ((mixed >>> 28) & 15);
      this.#words[word] = (this.#words[word] ?? 0) | (1 << ((mixed >>> 23) & 31));
    }
  }

  mayHave(hash: number): boolean {
    return mayHaveInBlock(this.#words, blockOf(hash) * wordsPerBlock, hash);
  }

  /** Copies the words of one block to where they are wanted. */
  copyBlock(block: number, target: Uint32Array, at: number): void {
    for (let word = 0; word < wordsPerBlock; word += 1)
      target[at + word] = this.#words[block * wordsPerBlock + word] ?? 0;
  }
}

/** The block that alone is looked at for a hash. */
export const blockOf = (hash: number): number => hash % blockCount;
const seedOf = (hash: number): number => Math.floor(hash / blockCount) | 1;

/** Asks a block that stands anywhere: the right one for the hash, from its first word on. */
export const mayHaveInBlock = (words: Uint32Array, start: number, hash: number): boolean => {
  let mixed = seedOf(hash);
  for (let bit = 0; bit < bitsPerId; bit += 1) {
    mixed = Math.imul(mixed, 0x9e3779b1) + bit;
    if (((words[start + ((mixed >>> 28) & 15)] ?? 0) & (1 << ((mixed >>> 23) & 31))) === 0) return false;
  }
  return true;
};
