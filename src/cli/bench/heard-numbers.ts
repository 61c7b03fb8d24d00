/** Numbers that one quick look can tell apart; a look that would need more ends. */
export const numbersMax = 2_000_000;

/** What the receiver's thread has heard, in memory that both threads see. */
export type HeardMemory = {
  /** Of each number, the millisecond since 1970 when it was heard first; 0: not yet. */
  readonly heardAt: Float64Array<SharedArrayBuffer>;
  /** Different numbers heard, and how many were heard once more. */
  readonly counts: Int32Array<SharedArrayBuffer>;
};

export const distinctAt = 0;
export const doubledAt = 1;

export const makeHeardMemory = (): HeardMemory => ({
  heardAt: new Float64Array(new SharedArrayBuffer(numbersMax * Float64Array.BYTES_PER_ELEMENT)),
  counts: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
});
