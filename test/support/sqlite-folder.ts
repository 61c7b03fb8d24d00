import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openSqliteStorage } from "#src/adapters/sqlite/open-sqlite-storage.ts";
import type { Storage } from "#src/ports/storage.ts";
import { turnedClock } from "./turned-clock.ts";

/** A folder of data for one test. What is open in it is closed, and the folder removed, when the test ends. */
export type SqliteFolder = {
  readonly path: string;
  readonly open: (path?: string) => Promise<Storage>;
};

export const sqliteFolder = (context: TestContext): SqliteFolder => {
  const path = mkdtempSync(join(tmpdir(), "carom-sqlite-"));
  const opened: Storage[] = [];
  context.after(async () => {
    for (const storage of opened) await storage.close();
    rmSync(path, { recursive: true, force: true });
  });
  const open = async (folder = path): Promise<Storage> => {
    const storage = await openSqliteStorage({ folder, clock: turnedClock() });
    opened.push(storage);
    return storage;
  };
  return { path, open };
};
