/**
 * Bytes that come in pieces, in one buffer that doubles where it is full: a receiver chooses how small
 * its pieces are, so neither an object nor a copy of all that came before may be owed for each of them.
 */
export class GrowingBytes {
  #buffer: Buffer;
  #length: number;

  /** Begins with a copy: what it is given may be a small part of something large. */
  constructor(first: Uint8Array) {
    this.#buffer = Buffer.allocUnsafe(Math.max(bytesMin, first.length));
    this.#buffer.set(first);
    this.#length = first.length;
  }

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  /** What has come, without a copy; to be used before more is appended. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

const bytesMin = 256;
