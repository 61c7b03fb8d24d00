import type { Clock } from "#src/ports/clock.ts";

/** A clock that a test turns. Nothing happens by itself; what is due happens in order, each at its own time. */
export type TurnedClock = Clock & {
  /** Turns both times on. What falls due runs at its time, and everything that follows from it, before the next does. */
  readonly turn: (milliseconds: number) => Promise<void>;
  /** Moves the wall clock alone, forward or back, as an operator or NTP does. Deadlines inside the process do not move. */
  readonly jump: (milliseconds: number) => void;
  /** Lets everything finish that needs no time. */
  readonly rest: () => Promise<void>;
  /** How many are waiting to be called back. */
  readonly waiting: () => number;
  /** Milliseconds until the next one is, or null. */
  readonly nextIn: () => number | null;
};

type Alarm = { readonly at: number; readonly order: number; readonly run: () => void };

/** Long enough for the longest chain of promises between two alarms; each turn runs all microtasks there are. */
const restTurns = 4;

export const turnedClock = (startAt = Date.UTC(2026, 0, 14, 12)): TurnedClock => {
  let wall = startAt;
  let monotonic = 0;
  let order = 0;
  const alarms = new Set<Alarm>();

  const nextAlarm = (): Alarm | null => {
    let next: Alarm | null = null;
    for (const alarm of alarms) {
      if (next === null || alarm.at < next.at || (alarm.at === next.at && alarm.order < next.order)) next = alarm;
    }
    return next;
  };

  const advanceTo = (target: number): void => {
    wall += target - monotonic;
    monotonic = target;
  };

  return {
    now: () => wall,
    monotonic: () => monotonic,
    after: (delayMs, run) => {
      order += 1;
      const alarm: Alarm = { at: monotonic + Math.max(0, delayMs), order, run };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    turn: async (milliseconds) => {
      const target = monotonic + milliseconds;
      await rest();
      for (let alarm = nextAlarm(); alarm !== null && alarm.at <= target; alarm = nextAlarm()) {
        alarms.delete(alarm);
        advanceTo(Math.max(monotonic, alarm.at));
        alarm.run();
        await rest();
      }
      advanceTo(target);
      await rest();
    },
    jump: (milliseconds) => {
      wall += milliseconds;
    },
    rest,
    waiting: () => alarms.size,
    nextIn: () => {
      const next = nextAlarm();
      return next === null ? null : Math.max(0, next.at - monotonic);
    },
  };
};

const rest = async (): Promise<void> => {
  for (let turn = 0; turn < restTurns; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
};
