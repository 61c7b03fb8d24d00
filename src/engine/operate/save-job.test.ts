import assert from "node:assert/strict";
import { test } from "node:test";
import { anAct } from "#src/ports/conformance/audit-trail.ts";
import type { StoredJob } from "#src/ports/job-store.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { type JobInHand, saveJob } from "./save-job.ts";

test("a job that two stop at once is told of once, and both hear that it has stopped", async () => {
  const under = await anEngine();
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(
    under,
    Array.from({ length: 20 }, () => anEvent()),
  );
  const replay = await under.engine.startReplay({ filter: {}, render: "as_sent", ratePerSecond: 1, dryRun: false });
  const stopped = await Promise.all(
    ["first", "second"].map((subject) => under.engine.stopReplay(replay.id, [anAct({ subject })])),
  );
  assert.deepEqual(
    stopped.map((job) => job?.status),
    ["stopped", "stopped"],
  );
  const { items } = await under.storage.audit.find({}, { limit: 10, cursor: null });
  assert.deepEqual(
    items.map(({ subject }) => subject),
    ["first"],
  );
});

test("what could not be saved with a job is told by the save that waited behind it, once, and with its status", async () => {
  const saved: (readonly [StoredJob["status"], number])[] = [];
  let fails = true;
  const put = async (job: StoredJob, acts: readonly unknown[] = []): Promise<void> => {
    await Promise.resolve();
    if (fails) {
      fails = false;
      throw new Error("no room");
    }
    saved.push([job.status, acts.length]);
  };
  const job: JobInHand = {
    id: "j",
    status: "stopped",
    createdAt: 0,
    updatedAt: 0,
    state: {},
    untold: [anAct()],
    saving: Promise.resolve(),
  };
  const { storage } = await anEngine();
  const jobs = { ...storage.jobs, put };
  const given = { kind: "replay", now: () => 1 } as const;
  const both = await Promise.allSettled([saveJob(jobs, job, given), saveJob(jobs, job, given)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
  assert.equal(await saveJob(jobs, job, given), "stopped");
  assert.deepEqual(saved, [
    ["stopped", 1],
    ["stopped", 0],
  ]);
});
