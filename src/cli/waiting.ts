import type { CommandClock } from "./command.ts";

/** Resolves after the delay, or at once when interrupted. */
export const waitFor = (clock: CommandClock, delayMs: number, interrupted: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (interrupted.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      interrupted.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    interrupted.addEventListener("abort", end);
  });
