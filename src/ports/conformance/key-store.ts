import assert from "node:assert/strict";
import { apiKeyId, appId } from "#src/core/ids.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const ingest: ApiKey = {
  id: apiKeyId("key-1"),
  kind: "ingest",
  name: "game servers",
  appId: appId("com.example.game"),
  hash: "a".repeat(64),
  hint: "ck_1234",
  createdAt: noon,
};
const management: ApiKey = { ...ingest, id: apiKeyId("key-2"), kind: "management", appId: null, hash: "b".repeat(64) };

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

  "a key is never overwritten by another of its id": async ({ keys }) => {
    await keys.add(ingest);
    await assert.rejects(keys.add({ ...management, id: ingest.id }));
    assert.deepEqual(await keys.all(), [ingest]);
  },
};
