import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import { openTokenBucket, type TokenBucket, takeToken, tokensAt } from "#src/engine/deliver/token-bucket.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { StoredJob } from "#src/ports/job-store.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { BackfillJob, BackfillRequest, EngineBackfills } from "./backfill.ts";
import { BackfillOfEvent } from "./backfill-of-event.ts";
import { filterNow } from "./job-scope.ts";
import { type JobInHand, saveJob } from "./save-job.ts";

/** Between two slices of a job without a rate. */
const slicePauseMs = 10;

/**
 * Backfills as durable jobs: a slice of stored events at a time, oldest first, the progress saved after
 * each. After a crash the last slice is made again, and what it had made is known by its time and counted, not made.
 *
 *   running → done      every event of the filter has been looked at
 *   running → stopped   by request, or since nothing of it is its account's to send any more; what has been made stays so
 */
export class Backfills implements EngineBackfills {
  readonly #storage: Storage;
  readonly #delivery: Delivery;
  readonly #chance: Chance;
  readonly #ofEvent: BackfillOfEvent;
  readonly #running = new Map<string, RunningJob>();
  #slice: Promise<void> = Promise.resolve();
  /** Named by whoever starts the loop, so that a new job need not wait for its tick. */
  whenStarted = (): void => {};

  constructor(given: {
    readonly storage: Storage;
    readonly delivery: Delivery;
    readonly chance: Chance;
    readonly unfinished: readonly StoredJob[];
  }) {
    this.#storage = given.storage;
    this.#delivery = given.delivery;
    this.#chance = given.chance;
    this.#ofEvent = new BackfillOfEvent(given);
    for (const stored of given.unfinished) {
      if (stored.kind === "backfill") this.#running.set(stored.id, this.#runningJob(stored, readState(stored)));
    }
  }

  readonly start: EngineBackfills["start"] = async ({ filter, ...request }, tell) => {
    const now = this.#delivery.state.clock.now();
    const state: BackfillState = {
      ...request,
      // What arrives while it runs is decided by today's configuration anyway, and so it ends.
      filter: { ...filter, to: filter.to ?? now + 1 },
      looked: 0,
      left: 0,
      postbacks: 0,
      alreadyServed: 0,
      byTarget: {},
      cursor: null,
    };
    const id = uuidV7(now, this.#chance.bytes(10));
    const job = this.#runningJob({ id, status: "running", createdAt: now, updatedAt: now }, state);
    if (!request.dryRun) job.untold = tell?.(jobOf(job)) ?? [];
    await this.#save(job);
    this.#running.set(id, job);
    this.whenStarted();
    return jobOf(job);
  };

  readonly read = async (id: string): Promise<BackfillJob | null> => {
    const running = this.#running.get(id);
    if (running !== undefined) return jobOf(running);
    const stored = await this.#storage.jobs.read(id);
    return stored === null || stored.kind !== "backfill" ? null : jobOf({ ...stored, state: readState(stored) });
  };

  readonly stop: EngineBackfills["stop"] = async (id, acts = []) => {
    const job = this.#running.get(id);
    if (job === undefined) return this.read(id);
    if (job.status !== "running") {
      // It has ended, or another stops it: that is not told twice.
      await job.saving;
      return jobOf(job);
    }
    job.status = "stopped";
    if (!job.state.dryRun) job.untold = acts;
    await this.#save(job);
    return jobOf(job);
  };

  /** As `stop`, and what of its slice is under way is done: nothing writes the job's row any more. */
  readonly halt = async (id: string): Promise<void> => {
    await this.stop(id);
    await this.#slice;
  };

  /** A slice of each running job. Answers the milliseconds until the next. */
  async tick(): Promise<number> {
    const { replayTickMs } = this.#delivery.state.limits.upkeep;
    let isHurried = false;
    for (const job of [...this.#running.values()]) {
      if (!this.#mayMake(job)) continue;
      const slice = this.#backfillSlice(job);
      // Of one that fails the loop tells.
      this.#slice = slice.catch(() => {});
      await slice;
      isHurried ||= job.status === "running" && this.#mayMake(job);
    }
    return isHurried ? slicePauseMs : replayTickMs;
  }

  #mayMake({ rate }: RunningJob): boolean {
    return rate === null || tokensAt(rate, this.#delivery.state.clock.monotonic()) > 0;
  }

  async #backfillSlice(job: RunningJob): Promise<void> {
    const { state } = job;
    const filter = filterNow(this.#delivery.state.compiled.catalog, state);
    if (filter === null) {
      job.status = "stopped";
      return this.#save(job);
    }
    const limit = this.#delivery.state.limits.upkeep.replaySlice;
    const page = await this.#storage.log.scanEvents(filter, { limit, cursor: state.cursor });
    let isAnyNew = false;
    let isWhole = true;
    let done = 0;
    for (const scanned of page.items) {
      // With its rate used up, it goes on behind the last event that it did.
      isWhole = job.status === "running" && this.#mayMake(job);
      if (!isWhole) break;
      const { made, alreadyServed } = await this.#ofEvent.backfill(scanned, { ...state, filter, since: job.createdAt });
      done += 1;
      state.alreadyServed += alreadyServed;
      state.cursor = scanned.cursor;
      for (const { target, isNew } of made) {
        state.postbacks += 1;
        state.byTarget[target] = (state.byTarget[target] ?? 0) + 1;
        if (isNew && job.rate !== null) takeToken(job.rate);
        isAnyNew ||= isNew;
      }
    }
    state.looked += isWhole ? page.looked : done;
    if (isWhole) {
      state.left = page.left;
      state.cursor = page.nextCursor ?? state.cursor;
      if (page.nextCursor === null && job.status === "running") job.status = "done";
    }
    await this.#save(job);
    if (isAnyNew) this.#delivery.lookSoon();
  }

  /** Let go once its end is saved: a job that the store still has as running would wake at the next start. */
  async #save(job: RunningJob): Promise<void> {
    const { clock } = this.#delivery.state;
    const saved = await saveJob(this.#storage.jobs, job, { kind: "backfill", now: () => clock.now() });
    if (saved !== "running") this.#running.delete(job.id);
  }

  #runningJob(job: Pick<RunningJob, "id" | "status" | "createdAt" | "updatedAt">, state: BackfillState): RunningJob {
    const { clock, limits } = this.#delivery.state;
    const { ratePerSecond, dryRun } = state;
    const rate =
      ratePerSecond === null || dryRun
        ? null
        : openTokenBucket(ratePerSecond, clock.monotonic(), limits.upkeep.replayTickMs);
    const { id, status, createdAt, updatedAt } = job;
    return { id, status, createdAt, updatedAt, state, rate, untold: [], saving: Promise.resolve() };
  }
}

type RunningJob = JobInHand & {
  readonly state: BackfillState;
  readonly rate: TokenBucket | null;
};

/** What the job's row keeps, as JSON. */
type BackfillState = BackfillRequest & {
  looked: number;
  left: number;
  postbacks: number;
  alreadyServed: number;
  readonly byTarget: Record<string, number>;
  cursor: string | null;
};

const readState = (stored: StoredJob): BackfillState => JSON.parse(stored.state);

const jobOf = ({
  id,
  status,
  createdAt,
  updatedAt,
  state,
}: Omit<RunningJob, "rate" | "untold" | "saving">): BackfillJob => ({
  id,
  accountId: state.accountId ?? mainAccountId,
  status,
  dryRun: state.dryRun,
  looked: state.looked,
  left: state.left,
  postbacks: state.postbacks,
  alreadyServed: state.alreadyServed,
  byTarget: { ...state.byTarget },
  createdAt,
  updatedAt,
});
