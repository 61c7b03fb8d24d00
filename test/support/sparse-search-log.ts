import { hashText } from "#src/adapters/sqlite/key-hash.ts";
import type { LogSource } from "#src/adapters/sqlite/search-index.ts";

type Row = { readonly sequence: number; readonly keys: readonly string[]; readonly isKept: boolean };

/** A log for search with few rows in many segments; what retention passes goes, but for what is kept. */
export class SparseSearchLog {
  rows: Row[] = [];
  newest = 0;
  oldest = 1;

  add(count: number, apart: number, keys: readonly string[]): void {
    for (let index = 0; index < count; index += 1) {
      this.newest += apart;
      const own = [`own ${this.newest % 50}`, ...keys];
      this.rows.push({ sequence: this.newest, keys: own, isKept: this.newest % 7 === 0 });
    }
  }

  retain(from: number): void {
    this.oldest = Math.max(this.oldest, Math.min(from, this.newest));
    this.rows = this.rows.filter(({ sequence, isKept }) => isKept || sequence >= this.oldest);
  }

  source(): LogSource {
    return {
      log: "events",
      newest: () => this.newest,
      oldest: () => this.oldest,
      addRows: (segment, first, last) => {
        for (let place = this.#placeOf(first); ; place += 1) {
          const row = this.rows[place];
          if (row === undefined || row.sequence > last) break;
          segment.addTime(row.sequence);
          for (const key of row.keys) segment.addKey(row.sequence, hashText(key));
        }
      },
    };
  }

  /** What is there with a key, the newest first. */
  with(key: string): number[] {
    const found = this.rows.filter(({ keys }) => keys.includes(key));
    return found.map(({ sequence }) => sequence).reverse();
  }

  #placeOf(sequence: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The log of `merging-process.ts`: every call makes the same one. */
export const logOfSeventySegments = (): SparseSearchLog => {
  const log = new SparseSearchLog();
  const apart = 2_000;
  log.add(2_300, apart, ["everywhere"]);
  return log;
};
