import type { AttemptOutcome } from "#src/core/postbacks/attempt.ts";
import { openDurationFigure } from "./duration-figure.ts";
import type { MetricSources } from "./metrics-registry.ts";

/** What is counted while the server runs. The hot path adds to plain numbers; they become series when somebody scrapes. */
export type Metrics = {
  readonly countBatch: (batch: {
    readonly duplicates: number;
    readonly lookUpMs: number;
    readonly recordMs: number;
  }) => void;
  readonly countAttempt: (attempt: {
    readonly partner: string;
    readonly outcome: AttemptOutcome;
    readonly durationMs: number;
  }) => void;
  readonly countFault: (room: string) => void;
  /** Names where the figures come from that are kept elsewhere. Called once, before the first scrape. */
  readonly observe: (sources: Sources) => void;
  readonly metrics: () => Promise<string>;
  readonly contentType: string;
};

type Sources = Pick<MetricSources, "status" | "totals" | "pauses">;

export const openMetrics = (): Metrics => {
  const attempts = new Map<string, Record<AttemptOutcome, number>>();
  const faults = new Map<string, number>();
  const durations = openDurationFigure(
    "carom_attempt_duration_seconds",
    "Time from hand-over to the last byte of the answer, or to the fault.",
  );
  const records = openDurationFigure("carom_record_duration_seconds", "Time until a batch of events was durable.");
  const lookUps = openDurationFigure("carom_look_up_duration_seconds", "Time to look up what is known of a batch.");
  let duplicates = 0;
  let sources: Sources | null = null;
  let registry: ReturnType<typeof loadRegistry> | null = null;
  return {
    countBatch: ({ duplicates: found, lookUpMs, recordMs }) => {
      duplicates += found;
      lookUps.observe(lookUpMs);
      records.observe(recordMs);
    },
    countAttempt: ({ partner, outcome, durationMs }) => {
      durations.observe(durationMs);
      let counts = attempts.get(partner);
      if (counts === undefined) {
        counts = { delivered: 0, retryable: 0, permanent: 0 };
        attempts.set(partner, counts);
      }
      counts[outcome] += 1;
    },
    countFault: (room) => {
      faults.set(room, (faults.get(room) ?? 0) + 1);
    },
    observe: (given) => {
      sources = given;
    },
    metrics: async () => {
      if (sources === null) return "";
      registry ??= loadRegistry({ attempts, faults, duplicates: () => duplicates, ...sources });
      const counted = await (await registry).metrics();
      return `${counted.trimEnd()}\n${[durations, records, lookUps].map((figure) => figure.text()).join("\n")}\n`;
    },
    contentType: "text/plain; version=0.0.4; charset=utf-8",
  };
};

/** The client library is loaded by the first scrape: it and what it needs are an eighth of all files of a start. */
const loadRegistry = async (sources: MetricSources) => (await import("./metrics-registry.ts")).openRegistry(sources);
