import { type Bar, type Figure, figure, measured } from "../row.ts";
import type { CaromServer } from "./carom-server.ts";
import { cpuForEach, readThreadCpu, type ThreadCpu } from "./thread-cpu.ts";
import type { Bound } from "./undici-bound.ts";

export type Comparison = {
  readonly label: string;
  readonly bar: Bar;
  readonly rounds: number;
  readonly count: number;
  readonly carom: Pick<CaromServer, "process">;
  readonly bound: () => Promise<Bound>;
  readonly measure: () => Promise<number>;
};

/**
 * Rates of this run side by side: each round measures the bound and then Carom, so that both meet
 * the same weather. The CPU that each of them took for one does not depend on the weather as a rate does.
 */
export const compare = async (comparison: Comparison): Promise<readonly Figure[]> => {
  const { label, bar, carom } = comparison;
  const bounds: Bound[] = [];
  const rates: number[] = [];
  const cpu: ThreadCpu[] = [];
  for (let round = 0; round < comparison.rounds; round += 1) {
    bounds.push(await comparison.bound());
    const before = readThreadCpu(carom.process.pid);
    rates.push(await comparison.measure());
    cpu.push(cpuForEach(before, readThreadCpu(carom.process.pid), comparison.count));
  }
  const ratios = rates.map((rate, round) => rate / (bounds[round]?.perSecond ?? Number.NaN));
  return [
    measured({ label: `${label}: ratio to the bound`, bar }, ratios),
    figure(
      `${label}: the bound`,
      bounds.map(({ perSecond }) => perSecond),
      "/s",
    ),
    figure(`${label}: Carom`, rates, "/s"),
    figure(
      `${label}: CPU of one, the bound`,
      bounds.map(({ cpuUs }) => cpuUs),
      " µs",
    ),
    ...cpuFigures(label, cpu),
  ];
};

/** Threads that take less are not told of. */
const cpuUsShown = 1;

const cpuFigures = (label: string, cpu: readonly ThreadCpu[]): readonly Figure[] =>
  [...new Set(cpu.flatMap((threads) => [...threads.keys()]))].flatMap((name) => {
    const values = cpu.map((threads) => threads.get(name) ?? 0);
    return Math.max(...values) < cpuUsShown ? [] : [figure(`${label}: CPU of one, thread ${name}`, values, " µs")];
  });
