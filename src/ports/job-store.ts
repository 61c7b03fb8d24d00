import type { Act } from "./audit-trail.ts";
import type { SearchKey } from "./delivery-log.ts";

/** Long work that outlives a restart: bulk replays and backfills. One small row a job. */
export type JobStore = {
  readonly put: (job: StoredJob, acts?: readonly Act[]) => Promise<void>;
  readonly read: (id: string) => Promise<StoredJob | null>;
  readonly unfinished: () => Promise<readonly StoredJob[]>;
  /** Those that run or have ended whose state has this id as `filter.key`. */
  readonly lookingFor: (key: SearchKey) => Promise<readonly StoredJob[]>;
  /** Removes those that ended before `at`, the oldest first, `limit` at most; answers how many. */
  readonly forgetEnded: (old: { readonly at: number; readonly limit: number }) => Promise<number>;
};

export type StoredJob = {
  readonly id: string;
  readonly kind: "replay" | "backfill";
  readonly status: "running" | "done" | "stopped" | "failed";
  readonly createdAt: number;
  readonly updatedAt: number;
  /** JSON of the kind's own state: filter, progress, cursor. */
  readonly state: string;
};
