import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The wall clock of a process of its own, moved while it runs by libfaketime, in all of its threads.
 * Its monotonic clock does not move, as no operator and no NTP moves one. Nothing of the program is changed.
 */
export type FakedClock = {
  /** For the process: what makes it read the moved clock. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on the wall clock is so far from the true one. */
  readonly moveTo: (offsetSeconds: number) => void;
};

const [library] = globSync("/usr/lib/{*/,}faketime/libfaketimeMT.so.1");

export const fakedClock = (folder: string): FakedClock => {
  const file = join(folder, "clock-offset");
  // Written in place, since it is read at every look at the clock: one write of a few bytes is never seen by halves.
  const moveTo = (offsetSeconds: number): void =>
    writeFileSync(file, `${offsetSeconds < 0 ? "-" : "+"}${Math.abs(offsetSeconds)}`.padEnd(12));
  moveTo(0);
  return {
    environment: {
      LD_PRELOAD: library ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    moveTo,
  };
};

/** False where it works, else why a test was left out. */
export const cannotFakeClock = (what: string): string | false =>
  library === undefined ? `libfaketime is not on this machine: ${what} was NOT tried` : false;
