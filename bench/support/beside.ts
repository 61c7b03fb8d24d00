import { type Bar, type BenchContext, type Figure, figure, measured } from "../row.ts";
import type { Load } from "./load.ts";
import { measureEndToEnd } from "./measure-end-to-end.ts";
import { measureLatency } from "./measure-latency.ts";
import { readMemory } from "./memory.ts";
import type { WorldServer } from "./world-server.ts";

/** A server that differs from the plain one in one thing. */
export type Varied = {
  readonly label: string;
  readonly server: WorldServer;
  readonly apps?: number;
  readonly installs?: number;
  readonly partners?: number;
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
  const rate = (of: Varied): Promise<number> =>
    measureEndToEnd(of.server, receiver, { count, batch: 100, connections: 8, ids: "none", ...spreadOver(of) });
  const ratios: number[] = [];
  const rates: number[] = [];
  await rate(plain);
  await rate(varied);
  for (let round = 0; round < rounds; round += 1) {
    const before = await rate(plain);
    const after = await rate(varied);
    ratios.push(after / before);
    rates.push(after);
  }
  const { p50Ms, p99Ms } = await measureLatency(varied.server, receiver, {
    count: latencyCount,
    ...spreadOver(varied),
  });
  const { rssMib, peakMib } = readMemory(varied.server.process.pid);
  const { label } = varied;
  return [
    measured({ label: `${label}: throughput beside ${plain.label}`, bar }, ratios),
    figure(`${label}: postbacks a second`, rates, "/s"),
    figure(`${label}: p50 at 1,000/s`, [p50Ms], " ms"),
    figure(`${label}: p99 at 1,000/s`, [p99Ms], " ms"),
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
