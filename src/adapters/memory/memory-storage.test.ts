import assert from "node:assert/strict";
import { storageConformance } from "#src/ports/conformance/storage-conformance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { openMemoryStorage } from "./memory-storage.ts";
import { createTables } from "./tables.ts";

storageConformance("memory", async () => {
  const clock = turnedClock();
  const tables = createTables();
  let storage = openMemoryStorage({ clock, tables });
  return {
    storage,
    reopen: async () => {
      await storage.close();
      storage = openMemoryStorage({ clock, tables });
      return storage;
    },
    openCopy: async (path) => {
      const copy = tables.copies.get(path);
      assert.ok(copy !== undefined);
      return openMemoryStorage({ clock, tables: copy });
    },
    close: () => storage.close(),
  };
});
