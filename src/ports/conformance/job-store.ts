import assert from "node:assert/strict";
import type { StoredJob } from "#src/ports/job-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

export const job: StoredJob = {
  id: "job-1",
  kind: "replay",
  status: "running",
  createdAt: noon,
  updatedAt: noon,
  state: '{"replayed":0}',
};

export const jobGuarantees: Guarantees = {
  "a job is read as it was put last": async ({ jobs }) => {
    assert.equal(await jobs.read("job-1"), null);
    await jobs.put(job);
    const further = { ...job, updatedAt: noon + 1, state: '{"replayed":7}' };
    await jobs.put(further);
    assert.deepEqual(await jobs.read("job-1"), further);
    const backfill: StoredJob = { ...job, id: "job-2", kind: "backfill" };
    await jobs.put(backfill);
    assert.deepEqual(await jobs.read("job-2"), backfill);
  },

  "jobs that still run are unfinished, whatever has ended is not": async ({ jobs }) => {
    await jobs.put(job);
    for (const status of ["done", "stopped", "failed"] as const)
      await jobs.put({ ...job, id: `job-${status}`, status });
    assert.deepEqual(await jobs.unfinished(), [job]);
    await jobs.put({ ...job, status: "done" });
    assert.deepEqual(await jobs.unfinished(), []);
  },
};
