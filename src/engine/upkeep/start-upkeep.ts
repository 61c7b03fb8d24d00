import type { Intake } from "#src/engine/accept/intake.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import { type Loop, startLoop } from "#src/engine/loop.ts";
import type { Notices } from "#src/engine/notify/notices.ts";
import type { EngineRoom } from "#src/engine/observer.ts";
import type { Backfills } from "#src/engine/operate/backfills.ts";
import type { CatalogChanges } from "#src/engine/operate/catalog-changes.ts";
import type { ReplayJobs } from "#src/engine/operate/replay-jobs.ts";
import type { Simulations } from "#src/engine/operate/simulations.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Retention } from "#src/ports/store.ts";

type Upkeep = { readonly stop: () => Promise<void> };

/** Starts what runs by the clock beside the events: leases, sweeping, free disk, bulk replays, backfills, simulations, cancelling that failed, notices. */
export function startUpkeep(given: {
  readonly storage: Storage;
  readonly retention: Retention;
  readonly intake: Intake;
  readonly delivery: Delivery;
  readonly replays: ReplayJobs;
  readonly backfills: Backfills;
  readonly simulations: Simulations;
  readonly catalog: CatalogChanges;
  readonly notices: Notices;
}): Upkeep {
  const { storage, retention, intake, delivery, replays, backfills, simulations, catalog, notices } = given;
  const { clock, observer, limits } = delivery.state;
  const { leaseTickMs, sweepTickMs, sweepSlice, actsKeptMs, diskTickMs, diskReserveBytes, noticeTickMs } =
    limits.upkeep;

  const tickLeases = async (): Promise<number> => {
    await delivery.tickLeases();
    return leaseTickMs;
  };
  /** A slice at a time, so that nothing else of the store waits long for it, and with rests between, so that little does. */
  const tickSweep = async (): Promise<number> => {
    const startedAt = clock.monotonic();
    const { more } = await storage.store.sweep({ now: clock.now(), retention, slice: sweepSlice });
    return more ? Math.min(sweepTickMs, sweepPauseMs + restsOfSweep * (clock.monotonic() - startedAt)) : sweepTickMs;
  };
  const tickAudit = async (): Promise<number> => {
    const old = { at: clock.now() - actsKeptMs, limit: sweepSlice };
    // An act tells of each job that was started: it is kept as long.
    const forgotten = [await storage.audit.forgetBefore(old), await storage.jobs.forgetEnded(old)];
    return forgotten.includes(sweepSlice) ? sweepPauseMs : auditTickMs;
  };
  const tickDisk = async (): Promise<number> => {
    const freeBytes = await storage.disk.freeBytes();
    intake.setDiskFull(freeBytes !== null && freeBytes < diskReserveBytes);
    return diskTickMs;
  };
  const tickCatalog = async (): Promise<number> => {
    await catalog.cancelRemaining();
    return sweepTickMs;
  };

  const tickNotices = async (): Promise<number> => {
    await notices.tick();
    return noticeTickMs;
  };

  const start = (room: EngineRoom, tick: () => Promise<number>, { afterMs, firstAfterMs }: Times): Loop =>
    startLoop({
      clock,
      firstAfterMs,
      tick,
      afterFaultMs: afterMs,
      onFault: (error) => observer.faulted?.(room, error),
    });
  const replaying = start("replay", () => replays.tick(), { firstAfterMs: 0, afterMs: limits.upkeep.replayTickMs });
  replays.whenStarted = () => replaying.wakeWithin(0);
  const filling = start("backfill", () => backfills.tick(), { firstAfterMs: 0, afterMs: limits.upkeep.replayTickMs });
  backfills.whenStarted = () => filling.wakeWithin(0);
  const simulating = start("simulation", () => simulations.tick(), { firstAfterMs: 0, afterMs: diskTickMs });
  simulations.whenStarted = () => simulating.wakeWithin(0);
  const loops = [
    replaying,
    filling,
    simulating,
    start("leases", tickLeases, { firstAfterMs: leaseTickMs, afterMs: leaseTickMs }),
    start("sweep", tickSweep, { firstAfterMs: sweepTickMs, afterMs: sweepTickMs }),
    start("audit", tickAudit, { firstAfterMs: sweepTickMs, afterMs: auditTickMs }),
    start("catalog", tickCatalog, { firstAfterMs: sweepTickMs, afterMs: sweepTickMs }),
    start("notices", tickNotices, { firstAfterMs: noticeTickMs, afterMs: noticeTickMs }),
    start("disk", tickDisk, { firstAfterMs: 0, afterMs: diskTickMs }),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

type Times = { readonly firstAfterMs: number; readonly afterMs: number };

/** Acts are kept for months: an hour more does not count. */
const auditTickMs = 3_600_000;
/** Between two slices at least, while there is more. */
const sweepPauseMs = 10;
/** And so many times as long as the last one took: what makes up for a day reads old pages from the disk. */
const restsOfSweep = 4;
