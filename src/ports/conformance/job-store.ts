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

  "jobs that ended long ago are forgotten, a slice at a time, and none that runs": async ({ jobs }) => {
    const ids = async () => (await Promise.all(["1", "2", "3", "4"].map(jobs.read))).map((read) => read?.id ?? null);
    await jobs.put({ ...job, id: "1", updatedAt: noon });
    await jobs.put({ ...job, id: "2", updatedAt: noon + 1, status: "stopped" });
    await jobs.put({ ...job, id: "3", updatedAt: noon, status: "done", kind: "backfill" });
    await jobs.put({ ...job, id: "4", updatedAt: noon + 2, status: "failed" });
    assert.equal(await jobs.forgetEnded({ at: noon + 2, limit: 1 }), 1);
    assert.deepEqual(await ids(), ["1", "2", null, "4"]);
    assert.equal(await jobs.forgetEnded({ at: noon + 2, limit: 9 }), 1);
    assert.deepEqual(await ids(), ["1", null, null, "4"]);
    assert.equal(await jobs.forgetEnded({ at: noon + 2, limit: 9 }), 0);
  },

  "jobs are found by the id that they look for, running and ended, and no more once it is replaced": async ({
    jobs,
  }) => {
    const bob = { kind: "user_id", value: 'bob "the 1st" ü' } as const;
    const looking = (id: string, filter: object): StoredJob => ({ ...job, id, state: JSON.stringify({ filter }) });
    const running = looking("job-1", { name: "purchase", key: bob });
    const ended: StoredJob = { ...looking("job-2", { key: bob }), kind: "backfill", status: "done" };
    await jobs.put(running);
    await jobs.put(ended);
    await jobs.put(looking("job-3", { key: { ...bob, kind: "install_id" } }));
    await jobs.put(looking("job-4", { key: { ...bob, value: "ann" } }));
    await jobs.put(looking("job-5", { user_id_sha256: "0" }));
    await jobs.put({ ...job, id: "job-6" });
    assert.deepEqual(await jobs.lookingFor(bob), [running, ended]);
    await jobs.put(looking("job-1", {}));
    assert.deepEqual(await jobs.lookingFor(bob), [ended]);
    assert.deepEqual(await jobs.lookingFor({ ...bob, value: "1" }), []);
  },
};
