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
  forgetEnded: ({ at, limit }) =>
    commit((tables) => {
      const old = [...tables.jobs.values()]
        .filter(({ status, updatedAt }) => status !== "running" && updatedAt < at)
        .toSorted((one, other) => one.updatedAt - other.updatedAt)
        .slice(0, limit);
      for (const { id } of old) tables.jobs.delete(id);
      return old.length;
    }),
  lookingFor: ({ kind, value }) =>
    commit((tables) =>
      [...tables.jobs.values()].filter((job) => {
        const key = JSON.parse(job.state).filter?.key;
        return key?.kind === kind && key.value === value;
      }),
    ),
});
