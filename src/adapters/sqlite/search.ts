import type { DatabaseSync } from "node:sqlite";
import type { Epoch } from "./epoch.ts";
import type { LogRows } from "./log-rows.ts";
import { openSearchFile, removeSearchFile, type SearchFile, type SearchLog, searchLogs } from "./search-file.ts";
import { type LogSource, SearchIndex } from "./search-index.ts";
import { searchSources } from "./search-sources.ts";

/** Where to look; asked each time, since a damaged index is replaced by another. */
export type Indexes = { readonly index: (log: SearchLog) => SearchIndex };

/** The search file with an index for each log. What is damaged is thrown away and made anew from the rows. */
export class Search {
  readonly #folder: string;
  readonly #epoch: Epoch;
  readonly #sources: Readonly<Record<SearchLog, LogSource>>;
  #file: SearchFile;
  #indexes: Readonly<Record<SearchLog, SearchIndex>>;

  constructor(folder: string, epoch: Epoch, data: { readonly database: DatabaseSync; readonly rows: LogRows }) {
    this.#folder = folder;
    this.#epoch = epoch;
    this.#sources = searchSources(data.database, data.rows);
    this.#file = openSearchFile(folder, epoch);
    this.#indexes = this.#openIndexes();
  }

  index(log: SearchLog): SearchIndex {
    return this.#indexes[log];
  }

  /** A slice of work towards being complete; answers whether there is more. */
  advance(): boolean {
    // All three: rows of one moment are read while their pages are still in the cache.
    const isBehind = searchLogs.map((log) => this.#indexes[log].follow()).includes(true);
    return isBehind || searchLogs.some((log) => this.#indexes[log].mend());
  }

  remake(): void {
    this.#file.close();
    removeSearchFile(this.#folder);
    this.#file = openSearchFile(this.#folder, this.#epoch);
    this.#indexes = this.#openIndexes();
  }

  close(): void {
    for (const log of searchLogs) this.#indexes[log].close();
    this.#file.close();
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
