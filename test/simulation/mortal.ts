import type { Clock } from "#src/ports/clock.ts";

/**
 * One life of a process. When it ends, as by `kill -9`, whatever it had begun goes no further: its
 * alarms never ring, its calls never return, and what had not been committed never is.
 */
export type Life = {
  readonly isOver: () => boolean;
  readonly end: () => void;
  readonly clock: Clock;
  /** The same port, for this life only. */
  readonly port: <Port extends object>(port: Port) => Port;
};

export const beginLife = (world: Clock): Life => {
  let over = false;
  const never = new Promise<never>(() => {});
  const during = (answer: unknown): unknown => {
    if (!(answer instanceof Promise)) return answer;
    return new Promise((resolve, reject) => {
      answer.then(
        (value) => {
          if (!over) resolve(value);
        },
        (error: unknown) => {
          if (!over) reject(error);
        },
      );
    });
  };
  return {
    isOver: () => over,
    end: () => {
      over = true;
    },
    clock: {
      now: world.now,
      monotonic: world.monotonic,
      after: (delayMs, run) =>
        world.after(delayMs, () => {
          if (!over) run();
        }),
    },
    port: (port) =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          return (...given: unknown[]) => (over ? never : during(Reflect.apply(member, target, given)));
        },
      }),
  };
};
