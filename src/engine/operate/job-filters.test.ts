import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { JobFilters } from "./job-filters.ts";

test("a job whose end could not be saved does not wake without the id that it looked for", async () => {
  const { jobs } = openMemoryStorage({ clock: turnedClock() });
  const filter = { eventName: "purchase", key: { kind: "user_id", value: "bob" } };
  const job = { id: "job", kind: "backfill", status: "running", createdAt: 1, updatedAt: 1 } as const;
  await jobs.put({ ...job, state: JSON.stringify({ filter }) });
  const halt = async (): Promise<void> => {};
  const filters = new JobFilters({ jobs, hashes: testHashes, halt: { replay: halt, backfill: halt } });
  await filters.forget([], [{ kind: "user_id", value: "bob" }]);
  const left = await jobs.read("job");
  assert.equal(left?.status, "stopped");
  assert.deepEqual(JSON.parse(left.state).filter, { eventName: "purchase", user_id_sha256: testHashes.sha256("bob") });
});
