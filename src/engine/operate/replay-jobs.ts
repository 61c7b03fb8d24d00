import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import { openTokenBucket, type TokenBucket, takeToken, tokensAt } from "#src/engine/deliver/token-bucket.ts";
import type { Engine, ReplayJob, ReplayRequest } from "#src/engine/engine.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { PostbackFilter, PostbackSummary } from "#src/ports/delivery-log.ts";
import type { StoredJob } from "#src/ports/job-store.ts";
import type { Storage } from "#src/ports/storage.ts";
import { receiversWithoutRevenue, revokedReceivers } from "./catalog-cancellations.ts";
import { filterNow } from "./job-scope.ts";
import type { Redeliveries } from "./redeliveries.ts";
import { type JobInHand, saveJob } from "./save-job.ts";

/**
 * Bulk replays of dead postbacks, as durable jobs: a slice at a time, newest first, its progress
 * saved after each. After a crash the last slice is made again, which does no harm: what has been put
 * back is no longer dead, and what has been rendered anew is known by its time.
 *
 *   running → done      nothing is left
 *   running → stopped   by request, or since nothing of it is its account's to replay any more; what has been put back stays so
 *   running → failed    its slices failed again and again
 */
export class ReplayJobs {
  readonly #storage: Storage;
  readonly #delivery: Delivery;
  readonly #redeliveries: Redeliveries;
  readonly #chance: Chance;
  readonly #running = new Map<string, RunningJob>();
  #slice: Promise<void> = Promise.resolve();
  /** Named by whoever starts the loop, so that a new job need not wait for its tick. */
  whenStarted = (): void => {};

  constructor(given: {
    readonly storage: Storage;
    readonly delivery: Delivery;
    readonly redeliveries: Redeliveries;
    readonly chance: Chance;
    readonly unfinished: readonly StoredJob[];
  }) {
    this.#storage = given.storage;
    this.#delivery = given.delivery;
    this.#redeliveries = given.redeliveries;
    this.#chance = given.chance;
    for (const stored of given.unfinished) {
      if (stored.kind === "replay") this.#running.set(stored.id, this.#runningJob(stored, readState(stored)));
    }
  }

  readonly start: Engine["startReplay"] = async ({ dryRun, ...request }, tell) => {
    const { clock } = this.#delivery.state;
    const now = clock.now();
    const matching = await this.#storage.log.countPostbacks(deadOnly(request.filter), countMax);
    const state: ReplayState = { ...request, matching, replayed: 0, skipped: 0, cursor: null };
    const id = uuidV7(now, this.#chance.bytes(10));
    const job = this.#runningJob({ id, status: "running", createdAt: now, updatedAt: now }, state);
    if (dryRun) return { ...jobOf(job), status: "estimated" };
    job.untold = tell?.(jobOf(job)) ?? [];
    await this.#save(job);
    this.#running.set(id, job);
    this.whenStarted();
    return jobOf(job);
  };

  readonly read = async (id: string): Promise<ReplayJob | null> => {
    const running = this.#running.get(id);
    if (running !== undefined) return jobOf(running);
    const stored = await this.#storage.jobs.read(id);
    return stored === null || stored.kind !== "replay" ? null : jobOf({ ...stored, state: readState(stored) });
  };

  readonly stop: Engine["stopReplay"] = async (id, acts = []) => {
    const job = this.#running.get(id);
    if (job === undefined) return this.read(id);
    if (job.status !== "running") {
      // It has ended, or another stops it: that is not told twice.
      await job.saving;
      return jobOf(job);
    }
    job.status = "stopped";
    job.untold = acts;
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
    const { replayTickMs, replaySlice } = this.#delivery.state.limits.upkeep;
    let isHurried = false;
    for (const job of [...this.#running.values()]) {
      if (job.status !== "running") {
        // Its end could not be saved; nothing more of it is replayed.
        await this.#save(job).catch((failure: unknown) => this.#delivery.state.observer.faulted?.("replay", failure));
        continue;
      }
      const count = this.#sliceOf(job, replaySlice);
      if (count === 0) continue;
      this.#slice = this.#trySlice(job, count);
      await this.#slice;
      isHurried ||= job.status === "running" && this.#sliceOf(job, replaySlice) > 0;
    }
    return isHurried ? slicePauseMs : replayTickMs;
  }

  /** One job that fails holds up no other: it is told of, tried again, and given up after some failures in a row. */
  async #trySlice(job: RunningJob, count: number): Promise<void> {
    const { observer } = this.#delivery.state;
    try {
      await this.#replaySlice(job, count);
      job.failuresInRow = 0;
    } catch (error) {
      observer.faulted?.("replay", error);
      job.failuresInRow += 1;
      if (job.failuresInRow < failuresInRowMax || job.status !== "running") return;
      job.status = "failed";
      await this.#save(job).catch((failure: unknown) => observer.faulted?.("replay", failure));
    }
  }

  #sliceOf(job: RunningJob, slice: number): number {
    return job.rate === null ? slice : Math.min(slice, tokensAt(job.rate, this.#delivery.state.clock.monotonic()));
  }

  async #replaySlice(job: RunningJob, count: number): Promise<void> {
    const { state } = job;
    const filter = filterNow(this.#delivery.state.compiled.catalog, state);
    if (filter === null) {
      job.status = "stopped";
      return this.#save(job);
    }
    const page = await this.#storage.log.findPostbacks(deadOnly(filter), { limit: count, cursor: state.cursor });
    const replayed =
      state.render === "as_sent" ? await this.#sendAsSent(page.items, job) : await this.#renderAnew(page.items, job);
    state.replayed += replayed;
    state.skipped += page.items.length - replayed;
    state.cursor = page.nextCursor;
    for (const _ of page.items) if (job.rate !== null) takeToken(job.rate);
    if (job.status === "running" && page.nextCursor === null) job.status = "done";
    await this.#save(job);
    if (replayed > 0) this.#delivery.lookSoon();
  }

  /** What may tell what was paid, from when that was shared still, is rendered anew: only a decision of today leaves it out. */
  async #sendAsSent(dead: readonly PostbackSummary[], job: RunningJob): Promise<number> {
    const withoutRevenue = receiversWithoutRevenue(this.#delivery.state.compiled.catalog);
    const { kept = [], anew = [] } = Object.groupBy(dead, ({ postback }) =>
      withoutRevenue.has(postback.receiverId) ? "anew" : "kept",
    );
    // As it was sent there is nothing to send of what could not be rendered.
    const wereRequests = anew.filter(({ reason }) => reason !== "render_error");
    return (await this.#putBack(kept)) + (await this.#renderAnew(wereRequests, job));
  }

  /** Those whose receiver is no more, or has lost its grant, are left dead: asked at each slice, since a job outlives both. */
  async #putBack(dead: readonly PostbackSummary[]): Promise<number> {
    const { compiled, clock } = this.#delivery.state;
    const now = clock.now();
    const revoked = revokedReceivers(compiled.catalog);
    const mayReceive = (id: ReceiverId): boolean => compiled.receivers.has(id) && !revoked.has(id);
    const postbackIds = dead
      .filter(({ postback, reason }) => mayReceive(postback.receiverId) && reason !== "render_error")
      .map(({ postback }) => postback.id);
    const putBack = await this.#storage.store.replay({
      postbackIds,
      dueAt: now,
      expiresAt: (receiverId) => {
        const expiresAfterMs = compiled.receivers.get(receiverId)?.expiresAfterMs ?? null;
        return expiresAfterMs === null ? null : now + expiresAfterMs;
      },
    });
    return putBack.length;
  }

  async #renderAnew(dead: readonly PostbackSummary[], job: RunningJob): Promise<number> {
    let replayed = 0;
    for (const { postback } of dead) {
      if (await this.#redeliveries.redeliverOnce(postback.id, job.createdAt)) replayed += 1;
    }
    return replayed;
  }

  /** Let go once its end is saved: a job that the store still has as running would wake at the next start. */
  async #save(job: RunningJob): Promise<void> {
    const { clock } = this.#delivery.state;
    const saved = await saveJob(this.#storage.jobs, job, { kind: "replay", now: () => clock.now() });
    if (saved !== "running") this.#running.delete(job.id);
  }

  #runningJob(job: Pick<RunningJob, "id" | "status" | "createdAt" | "updatedAt">, state: ReplayState): RunningJob {
    const { clock, limits } = this.#delivery.state;
    const { ratePerSecond } = state;
    const rate =
      ratePerSecond === null ? null : openTokenBucket(ratePerSecond, clock.monotonic(), limits.upkeep.replayTickMs);
    const { id, status, createdAt, updatedAt } = job;
    return { id, status, createdAt, updatedAt, state, rate, failuresInRow: 0, untold: [], saving: Promise.resolve() };
  }
}

type RunningJob = JobInHand & {
  readonly state: ReplayState;
  readonly rate: TokenBucket | null;
  failuresInRow: number;
};

/** What the job's row keeps, as JSON. */
type ReplayState = Omit<ReplayRequest, "dryRun"> & {
  readonly matching: number;
  replayed: number;
  skipped: number;
  cursor: string | null;
};

const readState = (stored: StoredJob): ReplayState => JSON.parse(stored.state);

const jobOf = (job: Pick<RunningJob, "id" | "status" | "createdAt" | "updatedAt" | "state">): ReplayJob => ({
  id: job.id,
  accountId: job.state.accountId ?? mainAccountId,
  status: job.status,
  matching: job.state.matching,
  replayed: job.state.replayed,
  skipped: job.state.skipped,
  createdAt: job.createdAt,
  updatedAt: job.updatedAt,
});

const deadOnly = (filter: PostbackFilter): PostbackFilter => ({ ...filter, state: "dead" });

/** Slices of one job that fail one after another before it is given up. */
const failuresInRowMax = 100;
const countMax = 10_000_000;
/** Between two slices of a job without a rate. */
const slicePauseMs = 10;
