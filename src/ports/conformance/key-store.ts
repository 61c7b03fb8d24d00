import assert from "node:assert/strict";
import { accountId, apiKeyId, appId } from "#src/core/ids.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const ingest: ApiKey = {
  id: apiKeyId("key-1"),
  firstId: apiKeyId("key-1"),
  kind: "ingest",
  name: "game servers",
  accountId: accountId("acme"),
  role: null,
  appId: appId("com.example.game"),
  hash: "a".repeat(64),
  hint: "ck_1234",
  createdAt: noon,
  expiresAt: noon + 1,
  ratePerSecond: 0.5,
  origins: ["https://shop.example", "http://localhost:3000"],
  lastUsedAt: null,
};
export const management: ApiKey = {
  ...ingest,
  id: apiKeyId("key-2"),
  firstId: apiKeyId("key-0"),
  kind: "management",
  role: "editor",
  appId: null,
  hash: "b".repeat(64),
  expiresAt: null,
  ratePerSecond: null,
  origins: [],
};

export const keyGuarantees: Guarantees = {
  "keys that are added are there until they are removed": async ({ keys }) => {
    assert.deepEqual(await keys.all(), []);
    await keys.add(ingest);
    await keys.add(management);
    assert.deepEqual(
      (await keys.all()).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      [ingest, management],
    );
    assert.equal(await keys.remove(ingest.id), true);
    assert.deepEqual(await keys.all(), [management]);
  },

  "removing a key that is not there says so": async ({ keys }) => {
    assert.equal(await keys.remove(ingest.id), false);
  },

  "a use is noted where the key is, and a rotation beside it sets the end and nothing else": async ({ keys }) => {
    assert.equal(await keys.noteUse(ingest.id, noon), false);
    await keys.add(ingest);
    const old: ApiKey = { ...ingest, expiresAt: noon + 1 };
    // As the keyring meets them: both decided over the same key, written one after the other.
    const rotated = keys.rotate({ made: management, old });
    const noted = keys.noteUse(ingest.id, noon);
    await rotated;
    assert.equal(await noted, true);
    assert.deepEqual(
      (await keys.all()).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      [{ ...old, lastUsedAt: noon }, management],
    );
  },

  "a key is never overwritten by another of its id": async ({ keys }) => {
    await keys.add(ingest);
    await assert.rejects(keys.add({ ...management, id: ingest.id }));
    assert.deepEqual(await keys.all(), [ingest]);
  },
};
