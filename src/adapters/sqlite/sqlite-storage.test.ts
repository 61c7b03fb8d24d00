import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storageConformance } from "#src/ports/conformance/storage-conformance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { openSqliteStorage } from "./open-sqlite-storage.ts";

storageConformance("sqlite", async () => {
  const clock = turnedClock();
  const folder = await mkdtemp(join(tmpdir(), "carom-sqlite-"));
  let storage = await openSqliteStorage({ folder, clock });
  return {
    storage,
    reopen: async () => {
      await storage.close();
      storage = await openSqliteStorage({ folder, clock });
      return storage;
    },
    openCopy: async (path) => {
      const copy = `${folder}/copy`;
      await mkdir(copy);
      await copyFile(path, `${copy}/data.db`);
      return openSqliteStorage({ folder: copy, clock });
    },
    close: async () => {
      await storage.close();
      await rm(folder, { recursive: true });
    },
  };
});
