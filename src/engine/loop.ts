import type { Clock } from "#src/ports/clock.ts";

/**
 * Turns a room by the clock: `tick` runs, ends, and is called again after the delay that it asked
 * for. One tick at a time. A tick that throws is told of and tried again after `afterFaultMs`.
 */
export type Loop = {
  /** The next tick comes within this delay, sooner if it was to come sooner. */
  readonly wakeWithin: (delayMs: number) => void;
  /** No further tick; resolves when the running one has ended. */
  readonly stop: () => Promise<void>;
};

export type LoopOptions = {
  readonly clock: Clock;
  readonly firstAfterMs: number;
  /** Answers the milliseconds until the next tick. */
  readonly tick: () => Promise<number>;
  readonly afterFaultMs: number;
  readonly onFault: (error: unknown) => void;
};

export function startLoop({ clock, firstAfterMs, tick, afterFaultMs, onFault }: LoopOptions): Loop {
  let cancelTimer = (): void => {};
  let dueAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | null = null;
  let stopped = false;

  const wakeWithin = (delayMs: number): void => {
    const at = clock.monotonic() + delayMs;
    if (stopped || at >= dueAt) return;
    dueAt = at;
    if (running !== null) return;
    cancelTimer();
    cancelTimer = clock.after(delayMs, start);
  };
  const run = async (): Promise<void> => {
    let delayMs = afterFaultMs;
    try {
      delayMs = await tick();
    } catch (error) {
      onFault(error);
    }
    running = null;
    // Woken while it ran: whatever that was about may have come too late for this tick.
    const woken = Math.max(0, dueAt - clock.monotonic());
    dueAt = Number.POSITIVE_INFINITY;
    wakeWithin(Math.min(delayMs, woken));
  };
  const start = (): void => {
    dueAt = Number.POSITIVE_INFINITY;
    running = run();
  };

  wakeWithin(firstAfterMs);
  return {
    wakeWithin,
    stop: async () => {
      stopped = true;
      cancelTimer();
      await running;
    },
  };
}
