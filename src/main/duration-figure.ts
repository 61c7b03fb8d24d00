/** A histogram as plain numbers: the hot path adds, and text is made only when somebody scrapes. */
export type DurationFigure = {
  readonly observe: (durationMs: number) => void;
  /** In the exposition format of Prometheus, in seconds. */
  readonly text: () => string;
};

const boundsMs = [2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

export const openDurationFigure = (name: string, help: string): DurationFigure => {
  const counts = new Float64Array(boundsMs.length + 1);
  let sumMs = 0;
  return {
    observe: (durationMs) => {
      let bucket = 0;
      for (const bound of boundsMs) {
        if (durationMs <= bound) break;
        bucket += 1;
      }
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sumMs += durationMs;
    },
    text: () => {
      let count = 0;
      const lines = [...boundsMs, Number.POSITIVE_INFINITY].map((bound, bucket) => {
        count += counts[bucket] ?? 0;
        const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound / 1000);
        return `${name}_bucket{le="${le}"} ${count}`;
      });
      const head = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
      return [...head, ...lines, `${name}_sum ${sumMs / 1000}`, `${name}_count ${count}`].join("\n");
    },
  };
};
