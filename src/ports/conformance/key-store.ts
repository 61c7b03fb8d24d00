import assert from "node:assert/strict";
import { accountId, apiKeyId, appId } from "#src/core/ids.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const ingest: ApiKey = {
  id: apiKeyId("key-1"),
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

  "a key is changed as a whole, and only where it is": async ({ keys }) => {
    const used: ApiKey = { ...management, id: ingest.id, hash: "c".repeat(64), lastUsedAt: noon, createdAt: noon + 2 };
    assert.equal(await keys.change(used), false);
    await keys.add(ingest);
    await keys.add(management);
    assert.equal(await keys.change(used), true);
    assert.deepEqual(
      (await keys.all()).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      [used, management],
    );
  },

  "a key is never overwritten by another of its id": async ({ keys }) => {
    await keys.add(ingest);
    await assert.rejects(keys.add({ ...management, id: ingest.id }));
    assert.deepEqual(await keys.all(), [ingest]);
  },
};
