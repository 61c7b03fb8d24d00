import type { Act } from "#src/ports/audit-trail.ts";
import type { JobStore, StoredJob } from "#src/ports/job-store.ts";

/** A job that runs, or has ended and is not saved as such yet. */
export type JobInHand = {
  readonly id: string;
  status: StoredJob["status"];
  readonly createdAt: number;
  updatedAt: number;
  readonly state: object;
  /** Of who started or stopped it, until that is saved. */
  untold: readonly Act[];
  /** Over when nothing of it is being saved; never fails. */
  saving: Promise<unknown>;
};

/**
 * Saves a job as it is when its turn comes, with what is to be told of it: once, though its slice and its stop save it at
 * the same time. One save at a time: where that of the stop fails, the next tells of it. Answers the status that was
 * saved; only one whose end was saved may be let go.
 */
export const saveJob = (
  jobs: JobStore,
  job: JobInHand,
  { kind, now }: { readonly kind: StoredJob["kind"]; readonly now: () => number },
): Promise<StoredJob["status"]> => {
  const saved = job.saving.then(async () => {
    job.updatedAt = now();
    const { id, status, createdAt, updatedAt, untold } = job;
    job.untold = [];
    try {
      await jobs.put({ id, kind, status, createdAt, updatedAt, state: JSON.stringify(job.state) }, untold);
    } catch (error) {
      job.untold = [...untold, ...job.untold];
      throw error;
    }
    return status;
  });
  job.saving = saved.catch(() => {});
  return saved;
};
