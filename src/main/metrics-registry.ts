import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { AttemptOutcome } from "#src/core/postbacks/attempt.ts";
import type { EngineStatus } from "#src/engine/engine.ts";
import type { Pause } from "#src/ports/catalog-store.ts";
import type { Totals } from "#src/ports/delivery-log.ts";

/** Figures kept elsewhere, read at each scrape. */
export type MetricSources = {
  readonly attempts: ReadonlyMap<string, Readonly<Record<AttemptOutcome, number>>>;
  readonly faults: ReadonlyMap<string, number>;
  readonly duplicates: () => number;
  readonly status: () => EngineStatus;
  readonly pauses: () => readonly Pause[];
  readonly totals: () => Promise<Totals>;
};

export const openRegistry = ({ attempts, faults, duplicates, status, pauses, totals }: MetricSources): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countProcessorTime(registry);
  countAtScrape(registry, {
    name: "carom_attempts_total",
    help: "Attempts since the start, by partner and outcome; rules have no partner, and an empty one here.",
    labels: ["partner", "outcome"],
    read: () => [...attempts].flatMap(([partner, counts]) => outcomeRows(partner, counts)),
  });
  countAtScrape(registry, {
    name: "carom_faults_total",
    help: "Faults of our own since the start, by where they happened. They are tried again.",
    labels: ["room"],
    read: () => [...faults].map(([room, value]) => ({ labels: { room }, value })),
  });
  countAtScrape(registry, {
    name: "carom_events_duplicate_total",
    help: "Events since the start that were there already, by their event_id.",
    labels: [],
    read: () => [{ labels: {}, value: duplicates() }],
  });
  gaugeStatus(registry, status);
  gaugeAtScrape(registry, {
    name: "carom_pauses",
    help: "Pauses in force, by level: what is under one is held.",
    labels: ["level"],
    read: () =>
      pauseLevels.map((level) => ({
        labels: { level },
        value: pauses().filter(({ scope }) => scope.level === level).length,
      })),
  });
  countTotals(registry, totals);
  return registry;
};

/** The library counts from when it is loaded, which is the first scrape: hours of work could lie before it. */
const countProcessorTime = (registry: Registry): void => {
  const seconds = (name: string, kind: string, read: (used: NodeJS.CpuUsage) => number): void => {
    registry.removeSingleMetric(name);
    countAtScrape(registry, {
      name,
      help: `${kind} CPU time spent since the start, in seconds.`,
      labels: [],
      read: () => [{ labels: {}, value: read(process.cpuUsage()) / 1_000_000 }],
    });
  };
  seconds("process_cpu_user_seconds_total", "User", ({ user }) => user);
  seconds("process_cpu_system_seconds_total", "System", ({ system }) => system);
  seconds("process_cpu_seconds_total", "User and system", ({ user, system }) => user + system);
};

const pauseLevels = ["everything", "app", "partner", "receiver"] as const;

type Row = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
type Series = {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: () => readonly Row[] | Promise<readonly Row[]>;
};

const outcomeRows = (partner: string, counts: Readonly<Record<AttemptOutcome, number>>): readonly Row[] =>
  Object.entries(counts).map(([outcome, value]) => ({ labels: { partner, outcome }, value }));

const countAtScrape = (registry: Registry, series: Series): void => {
  const counter = new Counter({
    name: series.name,
    help: series.help,
    labelNames: [...series.labels],
    registers: [registry],
    collect: async () => {
      const rows = await series.read();
      counter.reset();
      for (const row of rows) counter.inc({ ...row.labels }, row.value);
    },
  });
};

const gaugeAtScrape = (registry: Registry, series: Series): void => {
  const gauge = new Gauge({
    name: series.name,
    help: series.help,
    labelNames: [...series.labels],
    registers: [registry],
    collect: async () => {
      const rows = await series.read();
      gauge.reset();
      for (const row of rows) gauge.set({ ...row.labels }, row.value);
    },
  });
};

const gaugeStatus = (registry: Registry, status: () => EngineStatus): void => {
  const plain = (name: string, help: string, read: (now: EngineStatus) => number): void =>
    gaugeAtScrape(registry, { name, help, labels: [], read: () => [{ labels: {}, value: read(status()) }] });
  plain("carom_intake_queue_events", "Events taken and not yet durable.", (now) => now.intakeQueue);
  plain("carom_in_hand_postbacks", "Leased postbacks in memory.", (now) => now.inHand);
  plain("carom_in_flight_attempts", "Attempts under way.", (now) => now.inFlight);
  plain("carom_refusing", "1 while intake refuses.", (now) => (now.refusing === null ? 0 : 1));
  gaugeAtScrape(registry, {
    name: "carom_breakers",
    help: "Breakers that are not closed, by scope and state.",
    labels: ["scope", "state"],
    read: () => {
      const counts = new Map<string, Row>();
      for (const { scope, state } of status().breakers) {
        const row = counts.get(`${scope} ${state}`);
        counts.set(`${scope} ${state}`, { labels: { scope, state }, value: (row?.value ?? 0) + 1 });
      }
      return [...counts.values()];
    },
  });
};

/** The store maintains these over restarts: they count since the folder was made. */
const countTotals = (registry: Registry, totals: () => Promise<Totals>): void => {
  const plain = (name: string, help: string, read: (now: Totals) => number): void =>
    countAtScrape(registry, {
      name,
      help,
      labels: [],
      read: async () => [{ labels: {}, value: read(await totals()) }],
    });
  const byReason = (name: string, help: string, read: (now: Totals) => Readonly<Record<string, number>>): void =>
    countAtScrape(registry, {
      name,
      help,
      labels: ["reason"],
      read: async () => Object.entries(read(await totals())).map(([reason, value]) => ({ labels: { reason }, value })),
    });
  plain("carom_events_accepted_total", "Events accepted.", (now) => now.acceptedEvents);
  plain("carom_matches_total", "Decisions that made a postback.", (now) => now.matched);
  byReason("carom_skips_total", "Decisions that made none, by reason.", (now) => now.skipped);
  plain("carom_delivered_total", "Postbacks delivered.", (now) => now.delivered);
  byReason("carom_dead_total", "Postbacks that died, by reason.", (now) => now.dead);
  plain("carom_cancelled_total", "Postbacks cancelled.", (now) => now.cancelled);
  gaugeAtScrape(registry, {
    name: "carom_waiting_postbacks",
    help: "Postbacks pending or leased now.",
    labels: [],
    read: async () => [{ labels: {}, value: (await totals()).waiting }],
  });
};
