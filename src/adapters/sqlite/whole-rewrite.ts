import type { DatabaseSync, StatementSync } from "node:sqlite";
import { oneInteger, prepare } from "./columns.ts";

/** Of 4096 bytes: 32 MiB, for which everybody's commits wait about as long as for a slow flush. */
const pagesMax = 8192;

export type WholeRewriteEnd =
  | { readonly kind: "whole" }
  | { readonly kind: "large_file" }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Writes a small file anew from its rows. Where SQLite divides a page whose rows did not come in their order (attempts,
 * endings, marks), a copy of a row may stay in the part of the page that nobody uses, and outlive the row; in a file from
 * before `secure_delete` many do. Only this takes them all out; a large file keeps its few.
 */
export class WholeRewrite {
  readonly #database: DatabaseSync;
  readonly #pages: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#pages = prepare(database, "PRAGMA page_count");
  }

  run(): WholeRewriteEnd {
    if ((oneInteger(this.#pages) ?? 0) > pagesMax) return { kind: "large_file" };
    try {
      this.#database.exec("VACUUM");
      return { kind: "whole" };
    } catch (error) {
      // A disk that is full: the file stays as it is, and is whole.
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  }
}
