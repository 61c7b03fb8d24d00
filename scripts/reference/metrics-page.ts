import { openMetrics } from "#src/main/metrics.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const metricsPage = async (): Promise<string> =>
  markdownPage(
    "Metrics",
    "src/main/metrics.ts and src/main/metrics-registry.ts",
    "`GET /metrics` in Prometheus' text format. Series of the store count since the data folder was made, and go on over restarts; those that say so count since the start of the process, and so do durations. The usual `process_*` and `nodejs_*` series of the runtime are there too.",
    markdownTable(["series", "type", "labels", "meaning"], ownSeries(await scrapeOfOneOfEach())),
  );

/** A scrape of a server that has met one of everything that has a label. */
const scrapeOfOneOfEach = (): Promise<string> => {
  const metrics = openMetrics();
  metrics.countBatch({ duplicates: 1, lookUpMs: 1, recordMs: 1 });
  metrics.countAttempt({ partner: "example_network", outcome: "delivered", durationMs: 1 });
  metrics.countFault("store");
  metrics.observe({
    status: () => ({
      intakeQueue: 0,
      inHand: 0,
      inFlight: 0,
      refusing: null,
      breakers: [{ scope: "host", id: "postbacks.example.com", state: "open", until: 0, lastBad: null, receivers: [] }],
      inFlightByReceiver: new Map(),
      attempts: { delivered: 1, retryable: 0, permanent: 0 },
    }),
    pauses: () => [],
    totals: async () => ({
      acceptedEvents: 0,
      duplicateEvents: 0,
      matched: 0,
      skipped: { not_mapped: 1 },
      delivered: 0,
      dead: { exhausted: 1 },
      cancelled: 0,
      attempts: 0,
      waiting: 0,
      waitingByReceiver: [],
    }),
  });
  return metrics.metrics();
};

const ownSeries = (scrape: string): readonly (readonly string[])[] =>
  [...scrape.matchAll(/^# HELP (carom_\w+) (.*)\n# TYPE \w+ (\w+)\n(.*)/gm)].map(
    ([, name = "", meaning = "", type = "", sample = ""]) => [
      code(name),
      type,
      [...sample.matchAll(/(\w+)="/g)]
        .map(([, label = ""]) => label)
        .filter((label) => label !== "le")
        .map(code)
        .join(" "),
      meaning,
    ],
  );
