import type { DatabaseSync, StatementSync } from "node:sqlite";
import { oneInteger, prepare } from "./columns.ts";
import type { Flat } from "./flat.ts";

/** Written in one commit, so that nobody waits long for his own. */
const pagesAtOnce = 1024;
const pagesOfBlank = 256;
/** What of a page of 4096 bytes a long value fills. */
const bytesOfPage = 4092;

/**
 * Overwrites the free pages of the file: what was moved, replaced or removed before still stands in them. Blanks are
 * written until no page is free, and then removed. A process that ends between leaves blanks, which the next time removes.
 */
export class FreePages {
  readonly #free: StatementSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #any: StatementSync;
  /** How many are still to be taken; null where it is not under way. */
  #left: number | null = null;

  constructor(database: DatabaseSync) {
    this.#free = prepare(database, "PRAGMA freelist_count");
    this.#insert = prepare(database, "INSERT INTO blank (bytes) VALUES (zeroblob(?))");
    this.#remove = prepare(database, "DELETE FROM blank WHERE number IN (SELECT number FROM blank LIMIT ?)");
    this.#any = prepare(database, "SELECT number FROM blank LIMIT 1");
  }

  /** A slice of the work; answers whether there is more. */
  wash(answer: Flat): void {
    // Commits of others free pages meanwhile: they may be taken for those that were to be.
    this.#left ??= this.#count() * 2;
    if (this.#left > 0 && this.#count() > 0) this.#left -= this.#fill(Math.min(this.#left, pagesAtOnce));
    else {
      this.#left = 0;
      this.#remove.run(pagesAtOnce / pagesOfBlank);
    }
    const isMore = this.#left > 0 || this.#any.get() !== undefined;
    if (!isMore) this.#left = null;
    answer.push(isMore ? 1 : 0);
  }

  #fill(pages: number): number {
    let filled = 0;
    for (let free = this.#count(); free > 0 && filled < pages; free = this.#count()) {
      this.#insert.run(Math.min(free, pagesOfBlank) * bytesOfPage);
      filled += Math.max(1, free - this.#count());
    }
    return filled;
  }

  #count(): number {
    return oneInteger(this.#free) ?? 0;
  }
}
