import type { DatabaseSync, StatementSync } from "node:sqlite";
import { integerAt, prepare, type Row } from "./columns.ts";

/** Where a postback's row has the columns of its request: method, URL, headers, body. */
const requestColumns = [8, 9, 10, 11];

/** Puts the newest version of a request into the row of a postback that was rendered again. */
export class NewestRequest {
  readonly #select: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = prepare(
      database,
      "SELECT method, url, headers, body FROM postback_version WHERE postback = ? ORDER BY version DESC LIMIT 1",
    );
  }

  /** A row that begins as `pushPostbackRow` reads it. */
  of(row: Row): Row {
    const version = this.#select.get(integerAt(row, 0));
    if (version === undefined) return row;
    const newest: Row = { ...row };
    for (const [place, column] of requestColumns.entries()) newest[column] = version[place] ?? null;
    return newest;
  }
}
