import type { DatabaseSync } from "node:sqlite";
import type { Epoch } from "./epoch.ts";
import type { LogRows } from "./log-rows.ts";
import { openSearchFile, removeSearchFile, type SearchFile } from "./search-file.ts";
import { type LogSource, SearchIndex } from "./search-index.ts";
import { type SearchLog, searchLogs } from "./search-places.ts";
import { searchSources } from "./search-sources.ts";
import { isDamaged } from "./sqlite-error.ts";

/** Where to look; asked each time, since a damaged index is replaced by another. */
export type Indexes = { readonly index: (log: SearchLog) => SearchIndex };

/** The search file with an index for each log. What is damaged is thrown away and made anew from the rows. */
export class Search {
  readonly #folder: string;
  readonly #epoch: Epoch;
  readonly #sources: Readonly<Record<SearchLog, LogSource>>;
  #file: SearchFile;
  #isOpen = true;
  #isDiscarded = false;
  #indexes: Readonly<Record<SearchLog, SearchIndex>>;

  constructor(folder: string, epoch: Epoch, data: { readonly database: DatabaseSync; readonly rows: LogRows }) {
    this.#folder = folder;
    this.#epoch = epoch;
    this.#sources = searchSources(data.database, data.rows);
    this.#file = openSearchFile(folder, epoch);
    try {
      this.#indexes = this.#openIndexes();
    } catch {
      // It looked as if it fitted, and is damaged inside. Whatever else it was, a new one meets again.
      this.#file.close();
      removeSearchFile(folder);
      this.#file = openSearchFile(folder, epoch);
      this.#indexes = this.#openIndexes();
    }
  }

  index(log: SearchLog): SearchIndex {
    this.#remakeDiscarded();
    return this.#indexes[log];
  }

  /** A slice of work towards being complete; answers whether there is more. */
  advance(): boolean {
    this.#remakeDiscarded();
    // All three: rows of one moment are read while their pages are still in the cache.
    const isBehind = searchLogs.map((log) => this.#indexes[log].follow()).includes(true);
    return isBehind || searchLogs.some((log) => this.#indexes[log].mend());
  }

  /** What is in the file is not what was written: it is made anew by whoever needs it next. */
  discard(): void {
    this.#isDiscarded = true;
  }

  close(): void {
    try {
      if (!this.#isDiscarded) for (const log of searchLogs) this.#indexes[log].close();
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#isDiscarded = true;
    }
    if (this.#isOpen) this.#file.close();
    if (this.#isDiscarded) removeSearchFile(this.#folder);
  }

  /** Throws where the disk is full or may not be written to, as often as it is tried: whoever asks is told. */
  #remakeDiscarded(): void {
    if (!this.#isDiscarded) return;
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
    removeSearchFile(this.#folder);
    this.#file = openSearchFile(this.#folder, this.#epoch);
    this.#isOpen = true;
    this.#indexes = this.#openIndexes();
    this.#isDiscarded = false;
  }

  #openIndexes(): Readonly<Record<SearchLog, SearchIndex>> {
    const { events, postbacks, amendments } = this.#sources;
    return {
      events: new SearchIndex(this.#file, events),
      postbacks: new SearchIndex(this.#file, postbacks),
      amendments: new SearchIndex(this.#file, amendments),
    };
  }
}
