import assert from "node:assert/strict";
import { test } from "node:test";
import { storageConformance } from "#src/ports/conformance/storage-conformance.ts";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
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

test("a storage that is closed refuses every call", async () => {
  const storage = openMemoryStorage({ clock: turnedClock() });
  await storage.close();
  await assert.rejects(storage.log.totals(), /closed/);
  await assert.rejects(storage.store.expireLeases({ endedBefore: 0, dueAt: 0 }), /closed/);
});

test("a batch that breaks an invariant is not written in part", async () => {
  const storage = openMemoryStorage({ clock: turnedClock() });
  const sound = aRecordedEvent({ postbacks: [{}] });
  const broken = { ...aRecordedEvent(), postbacks: sound.postbacks };
  await assert.rejects(storage.store.record(aBatch([sound, broken])), /invariant/);
  assert.equal((await storage.log.totals()).acceptedEvents, 0);
  assert.equal(await storage.log.readEvent(sound.event.id), null);
});
