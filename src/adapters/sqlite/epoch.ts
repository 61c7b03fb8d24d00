import type { DatabaseSync } from "node:sqlite";
import { prepare, textAt } from "./columns.ts";

/**
 * Each opening of the data file, and each backup of it, gets an epoch of its own. A search file that
 * does not know the one before belongs to other data (a backup was restored), and is made anew.
 */
export type Epoch = { readonly before: string; readonly now: string };

export const beginEpoch = (database: DatabaseSync, now: string): Epoch => {
  const row = prepare(database, "SELECT epoch FROM folder").get();
  const before = row === undefined ? "" : textAt(row, 0);
  database.exec("BEGIN IMMEDIATE");
  database.exec("DELETE FROM folder");
  prepare(database, "INSERT INTO folder (epoch) VALUES (?)").run(now);
  database.exec("COMMIT");
  return { before, now };
};
