import { defaultEngineLimits, type EngineLimits } from "#src/engine/limits.ts";
import type { Retention } from "#src/ports/store.ts";
import type { Config } from "./config.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mebibyte = 1_048_576;

export const engineLimitsOf = (config: Config): EngineLimits => ({
  ...defaultEngineLimits,
  intake: {
    ...defaultEngineLimits.intake,
    queuedEventsMax: config.intakeQueueEvents,
    lateInstallGraceMs: config.lateInstallGraceHours * hourMs,
  },
  upkeep: {
    ...defaultEngineLimits.upkeep,
    diskReserveBytes: config.diskReserveMebibytes * mebibyte,
    actsKeptMs: config.retentionAuditDays * dayMs,
  },
});

export const retentionOf = (config: Config): Retention => ({
  eventsMs: config.retentionEventsDays * dayMs,
  deadMs: config.retentionDeadDays * dayMs,
  installRecordsMs: config.retentionInstallsDays * dayMs,
  clientEventIdsMs: config.retentionEventIdsDays * dayMs,
});
