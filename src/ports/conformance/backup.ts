import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Storage } from "#src/ports/storage.ts";
import type { OpenedStorage } from "./guarantee.ts";
import { claim, recordPostback, recordPostbacks } from "./recorded-postbacks.ts";

type BackupGuarantee = (
  storage: Storage,
  place: { readonly path: string; readonly openCopy: OpenedStorage["openCopy"] },
) => Promise<void>;

const inFolder =
  (guarantee: BackupGuarantee) =>
  async ({ storage, openCopy }: OpenedStorage): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), "carom-backup-"));
    try {
      await guarantee(storage, { path: join(folder, "copy"), openCopy });
    } finally {
      await rm(folder, { recursive: true });
    }
  };

export const backupGuarantees: Readonly<Record<string, (opened: OpenedStorage) => Promise<void>>> = {
  "a backup answers its bytes and refuses a target that exists": inFolder(async (storage, { path }) => {
    await recordPostback(storage);
    assert.ok((await storage.backup(path)) > 0);
    await assert.rejects(storage.backup(path));
  }),

  "a backup taken while events come in holds all that was acknowledged before it": inFolder(
    async (storage, { path, openCopy }) => {
      const before = await recordPostbacks(storage, [{}, {}, {}]);
      const [bytes] = await Promise.all([storage.backup(path), recordPostback(storage), claim(storage, { count: 1 })]);
      assert.ok(bytes > 0);
      if (openCopy === undefined) return;
      const copy = await openCopy(path);
      try {
        for (const { id, event } of before) {
          assert.notEqual(await copy.log.readPostback(id), null);
          assert.equal((await copy.log.readEvent(event.id))?.event.source, event.source);
        }
      } finally {
        await copy.close();
      }
    },
  ),

  "the storage goes on after a backup": inFolder(async (storage, { path }) => {
    await storage.backup(path);
    const { sequence } = await recordPostback(storage);
    assert.deepEqual(
      (await claim(storage)).map((owed) => owed.sequence),
      [sequence],
    );
  }),
};
