import { type Bar, type BenchContext, type Figure, figure, measured } from "../row.ts";
import type { Load } from "./load.ts";
import { measureEndToEnd } from "./measure-end-to-end.ts";
import { type Latency, measureLatency } from "./measure-latency.ts";
import { readMemory } from "./memory.ts";
import { cpuForEach, readThreadCpu } from "./thread-cpu.ts";
import type { WorldServer } from "./world-server.ts";

/** A server that differs from the plain one in one thing. */
export type Varied = {
  readonly label: string;
  readonly server: WorldServer;
  readonly apps?: number;
  readonly installs?: number;
  readonly partners?: number;
  /** Done before each of its rounds. */
  readonly prepare?: () => void;
};

/** A row varies its axis several times: rounds of it are fewer and shorter than those of others. */
const roundsMax = 3;
const shareOfCount = 0.5;
/** Three seconds of an open loop. */
const latencyCount = 3_000;

/**
 * Throughput, latency and memory of one server beside a plain one, in turns within each round: what is
 * told is their ratio.
 */
export const measureBeside = async (
  context: Pick<BenchContext, "rounds" | "count" | "receiver">,
  { plain, varied, bar }: { readonly plain: Varied; readonly varied: Varied; readonly bar: Bar },
): Promise<readonly Figure[]> => {
  const { receiver } = context;
  const rounds = Math.min(context.rounds, roundsMax);
  const count = context.count * shareOfCount;
  const rate = async (of: Varied): Promise<{ readonly rate: number; readonly cpuUs: number }> => {
    of.prepare?.();
    const before = readThreadCpu(of.server.process.pid);
    const load = { count, batch: 100, connections: 8, ids: "none", ...spreadOver(of) } as const;
    const measuredRate = await measureEndToEnd(of.server, receiver, load);
    const each = cpuForEach(before, readThreadCpu(of.server.process.pid), count);
    return { rate: measuredRate, cpuUs: [...each.values()].reduce((sum, us) => sum + us, 0) };
  };
  const ratios: number[] = [];
  const rates: number[] = [];
  const cpus: number[] = [];
  await rate(plain);
  await rate(varied);
  for (let round = 0; round < rounds; round += 1) {
    const before = await rate(plain);
    const after = await rate(varied);
    ratios.push(after.rate / before.rate);
    rates.push(after.rate);
    cpus.push(after.cpuUs / before.cpuUs);
  }
  const latency = (of: Varied): Promise<Latency> => {
    of.prepare?.();
    return measureLatency(of.server, receiver, { count: latencyCount, ...spreadOver(of) });
  };
  const latencyOfPlain = await latency(plain);
  const { p50Ms, p99Ms } = await latency(varied);
  const { rssMib, peakMib } = readMemory(varied.server.process.pid);
  const { label } = varied;
  return [
    measured({ label: `${label}: throughput beside ${plain.label}`, bar }, ratios),
    figure(`${label}: postbacks a second`, rates, "/s"),
    // Nothing is known of it where there is no /proc.
    ...(cpus.every(Number.isFinite) ? [figure(`${label}: CPU of an event beside ${plain.label}`, cpus)] : []),
    figure(`${label}: p50 at 1,000/s`, [p50Ms], " ms"),
    figure(`${label}: p99 at 1,000/s`, [p99Ms], " ms"),
    figure(`${label}: p99 at 1,000/s of ${plain.label}, just before`, [latencyOfPlain.p99Ms], " ms"),
    figure(`${label}: memory afterwards`, [rssMib], " MiB"),
    figure(`${label}: memory at its most`, [peakMib], " MiB"),
  ];
};

/** What its events are spread over. */
const spreadOver = ({ apps, installs, partners }: Varied): Pick<Load, "apps" | "installs" | "partners"> => ({
  ...(apps === undefined ? {} : { apps }),
  ...(installs === undefined ? {} : { installs }),
  ...(partners === undefined ? {} : { partners }),
});
