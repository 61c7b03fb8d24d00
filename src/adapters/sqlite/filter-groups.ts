import type { DatabaseSync, StatementSync } from "node:sqlite";
import { bytesAt, integerAt, oneInteger, prepare } from "./columns.ts";
import { blockCount, blockOf, type KnownFilter, mayHaveInBlock, wordsPerBlock } from "./known-filter.ts";

/** With 60 a row is 3,840 bytes: one page of the file, so that a look reads one page for 60 million events. */
export const generationsPerGroup = 60;
const wordsPerRow = generationsPerGroup * wordsPerBlock;

/** Rows written or removed in one transaction: half a megabyte of log. */
const blocksPerSlice = 128;

/**
 * Filters that stand on the disk. A look at a filter needs one of its blocks only, the same in each of them; so the
 * blocks of a group of consecutive generations are written side by side, and one row says which of the group may have an id.
 *
 * A group is *being written* (`blocks` of its rows are there; its filters are still in memory and are asked), then
 * *whole* (asked here), and *dead* when no segment of its generations is left: its rows go a slice at a time.
 */
export class FilterGroups {
  readonly #whole = new Set<number>();
  readonly #dead: number[] = [];
  readonly #words = new Uint32Array(wordsPerRow);
  readonly #row: StatementSync;
  readonly #blocks: StatementSync;
  readonly #putRow: StatementSync;
  readonly #putGroup: StatementSync;
  readonly #removeRows: StatementSync;
  readonly #removeGroup: StatementSync;

  constructor(database: DatabaseSync) {
    this.#row = prepare(database, "SELECT words FROM filter_blocks WHERE place = ?");
    this.#blocks = prepare(database, "SELECT blocks FROM filter_group WHERE number = ?");
    this.#putRow = prepare(database, "INSERT OR REPLACE INTO filter_blocks (place, words) VALUES (?, ?)");
    this.#putGroup = prepare(database, "INSERT OR REPLACE INTO filter_group (number, blocks) VALUES (?, ?)");
    this.#removeRows = prepare(
      database,
      `DELETE FROM filter_blocks WHERE place IN
       (SELECT place FROM filter_blocks WHERE place BETWEEN ? AND ? ORDER BY place LIMIT ?)`,
    );
    this.#removeGroup = prepare(database, "DELETE FROM filter_group WHERE number = ?");
  }

  /** Reads which groups there are; those in which nothing is known any more are dead. */
  load(database: DatabaseSync, knownGenerations: ReadonlySet<number>): void {
    this.#whole.clear();
    this.#dead.length = 0;
    const known = new Set([...knownGenerations].map(groupOf));
    for (const row of prepare(database, "SELECT number, blocks FROM filter_group").all()) {
      const number = integerAt(row, 0);
      if (!known.has(number)) this.#dead.push(number);
      else if (integerAt(row, 1) === blockCount) this.#whole.add(number);
    }
  }

  has(generation: number): boolean {
    return this.#whole.has(groupOf(generation));
  }

  /** Generations on the disk that may have an id. */
  find(hash: number): number[] {
    const found: number[] = [];
    for (const group of this.#whole) {
      const row = this.#row.get(group * blockCount + blockOf(hash));
      if (row === undefined) continue;
      // The bytes of a row need not begin where words may.
      new Uint8Array(this.#words.buffer).set(bytesAt(row, 0));
      for (let place = 0; place < generationsPerGroup; place += 1) {
        const isThere = mayHaveInBlock(this.#words, place * wordsPerBlock, hash);
        if (isThere) found.push(group * generationsPerGroup + place);
      }
    }
    return found;
  }

  /** Writes the next rows of a group; answers whether it is whole now. A generation without a filter has no ids. */
  writeSlice(group: number, filters: ReadonlyMap<number, KnownFilter>): boolean {
    const first = oneInteger(this.#blocks, group) ?? 0;
    const end = Math.min(blockCount, first + blocksPerSlice);
    for (let block = first; block < end; block += 1) {
      for (let place = 0; place < generationsPerGroup; place += 1) {
        const filter = filters.get(group * generationsPerGroup + place);
        if (filter === undefined) this.#words.fill(0, place * wordsPerBlock, (place + 1) * wordsPerBlock);
        else filter.copyBlock(block, this.#words, place * wordsPerBlock);
      }
      this.#putRow.run(group * blockCount + block, new Uint8Array(this.#words.buffer));
    }
    this.#putGroup.run(group, end);
    if (end === blockCount) this.#whole.add(group);
    return end === blockCount;
  }

  /** Nothing before the generation is known any more (null: nothing at all). */
  forgetBefore(generation: number | null): void {
    for (const group of this.#whole) {
      if (generation !== null && group >= groupOf(generation)) continue;
      this.#whole.delete(group);
      this.#dead.push(group);
    }
  }

  get hasDead(): boolean {
    return this.#dead.length > 0;
  }

  /** Removes some rows of what is dead. */
  removeSlice(): void {
    const group = this.#dead[0];
    if (group === undefined) return;
    const { changes } = this.#removeRows.run(group * blockCount, (group + 1) * blockCount - 1, blocksPerSlice);
    if (Number(changes) < blocksPerSlice) {
      this.#removeGroup.run(group);
      this.#dead.shift();
    }
  }
}

export const groupOf = (generation: number): number => Math.floor(generation / generationsPerGroup);
