import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import type { RowResult } from "./report/results.ts";
import { type BenchRow, figure, type PlottedLine } from "./row.ts";
import { startReceiver } from "./support/receiver.ts";

export const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;

/** How a row is to be measured. */
export type RowOrder = {
  readonly rounds: number;
  readonly count: number;
  readonly isQuick: boolean;
  /** Sizes that were given, by name; of all rows. */
  readonly sizes: Readonly<Record<string, number>>;
};

/** Measures one row with a receiver of its own, in this process. */
export const measureRow = async (row: BenchRow, order: RowOrder): Promise<RowResult> => {
  const receiver = await startReceiver();
  const notes: string[] = [];
  const lines: PlottedLine[] = [];
  const before = load();
  const startedAt = performance.now();
  const sizes = changedSizes(row, order.sizes);
  const figures = await row.measure({
    rounds: order.rounds,
    count: order.count,
    size: (name) => sizes[name] ?? row.sizes[name] ?? Number.NaN,
    receiver,
    note: (text) => {
      notes.push(text);
    },
    plot: (line) => {
      lines.push(line);
    },
  });
  const shares = receiver.busyShares;
  const share = shares.toSorted((one, other) => one - other)[Math.floor(shares.length / 2)] ?? 0;
  if (share > receiverShareMax)
    throw new Error(`the receiver took ${share.toFixed(2)} of a core: it is what was measured`);
  await receiver.end();
  return {
    name: row.name,
    title: row.title,
    work: row.work,
    sizes,
    isQuick: order.isQuick,
    measuredAt: new Date().toISOString(),
    seconds: (performance.now() - startedAt) / 1000,
    load: { before, after: load() },
    machine,
    figures: [...figures, ...(shares.length === 0 ? [] : [figure("share of one core that the receiver took", shares)])],
    notes,
    lines,
  };
};

/** Of one core; above it the receiver is what limits a rate. */
const receiverShareMax = 0.8;

const load = (): number => loadavg()[0] ?? 0;

const changedSizes = (row: BenchRow, given: RowOrder["sizes"]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.keys(row.sizes).flatMap((name) =>
      given[name] === undefined || given[name] === row.sizes[name] ? [] : [[name, given[name]]],
    ),
  );
