import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Looks at a copy of the data of a server that is no more: to open the file itself would recover it, and the next
 * server would start on what has been healed.
 */
export const readCopyOf = <Found>(folder: string, read: (database: DatabaseSync) => Found): Found => {
  const copy = mkdtempSync(join(tmpdir(), "carom-copy-"));
  try {
    for (const file of ["data.db", "data.db-wal"])
      if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(copy, file));
    const database = new DatabaseSync(join(copy, "data.db"));
    try {
      return read(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};
