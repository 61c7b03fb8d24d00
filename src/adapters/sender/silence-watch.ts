import type { Clock } from "#src/ports/clock.ts";

/**
 * Tells when a thread has stopped answering without ending: what it holds is overdue, and it has said
 * nothing for a while. Every other order in its hands would wait with it.
 */
export type SilenceWatch = {
  /** Something was handed to the thread. */
  readonly handed: () => void;
  /** The thread said something. */
  readonly heard: () => void;
  readonly stop: () => void;
};

export const silenceWatch = (options: {
  readonly clock: Clock;
  /** When the first of what the thread holds was due, monotonic; null when it holds nothing. */
  readonly oldestDueAt: () => number | null;
  readonly onSilence: () => void;
}): SilenceWatch => {
  const { clock, oldestDueAt, onSilence } = options;
  let heardAt = clock.monotonic();
  let lookedAt = 0;
  let callOff: (() => void) | null = null;

  const lookLater = (): void => {
    lookedAt = clock.monotonic();
    callOff = clock.after(lookEveryMs, look);
  };

  const look = (): void => {
    const now = clock.monotonic();
    // This thread itself stood still, or the machine slept: what the other one said lies unread.
    const wasAway = now - lookedAt > lookEveryMs * 2;
    const dueAt = oldestDueAt();
    callOff = null;
    if (dueAt === null) return;
    if (!wasAway && now - dueAt >= silentAfterMs && now - heardAt >= silentAfterMs) onSilence();
    else lookLater();
  };

  return {
    handed: () => {
      if (callOff === null) lookLater();
    },
    heard: () => {
      heardAt = clock.monotonic();
    },
    stop: () => {
      callOff?.();
      callOff = null;
    },
  };
};

const lookEveryMs = 2_500;
/** Longer than a thread on a crowded machine is late. */
const silentAfterMs = 10_000;
