import { systemClock } from "#src/adapters/system/system-clock.ts";
import type { Clock } from "#src/ports/clock.ts";

/** The clock of this process, for those who may not reach into the adapters. */
export const processClock: Clock = systemClock;
