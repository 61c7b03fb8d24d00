import type { JobStore } from "#src/ports/job-store.ts";
import type { Commit } from "./commit.ts";

export const jobStore = (commit: Commit): JobStore => ({
  put: (job, acts = []) =>
    commit((tables) => {
      tables.acts.push(...acts);
      tables.jobs.set(job.id, job);
    }),
  read: (id) => commit((tables) => tables.jobs.get(id) ?? null),
  unfinished: () => commit((tables) => [...tables.jobs.values()].filter((job) => job.status === "running")),
  lookingFor: ({ kind, value }) =>
    commit((tables) =>
      [...tables.jobs.values()].filter((job) => {
        const key = JSON.parse(job.state).filter?.key;
        return key?.kind === kind && key.value === value;
      }),
    ),
});
