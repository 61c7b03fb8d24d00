/**
 * `npm run bench`: measures the rows of bench/rows/ one after the other, prints medians with their
 * spread, and keeps them in bench/results/. `--list` tells the rows, `--only <row>` measures one (may
 * be given more than once), `--quick` makes fewer and shorter rounds, `--set <size>=<number>` changes
 * a row's size, and `--write` measures nothing: it writes the kept results into bench/README.md.
 */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { barsTable } from "./report/figures-table.ts";
import { keepResult, type RowResult, readResult } from "./report/results.ts";
import { writeFigures } from "./report/write-figures.ts";
import { type BenchRow, figure } from "./row.ts";
import { allRows } from "./rows/all-rows.ts";
import { type BenchReceiver, startReceiver } from "./support/receiver.ts";
import { printSpread } from "./support/statistics.ts";

const { values: options } = parseArgs({
  options: {
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    set: { type: "string", multiple: true, default: [] },
  },
});

const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;

/** Sizes by name; one that no row has is a mistake. */
const sizesGiven = (texts: readonly string[]): ReadonlyMap<string, number> => {
  const known = new Set(allRows.flatMap(({ sizes }) => Object.keys(sizes)));
  return new Map(
    texts.map((text) => {
      const [name = "", value] = text.split("=");
      if (!known.has(name) || !(Number(value) > 0))
        throw new Error(`--set ${text}: give <size>=<number>, with one of ${[...known].join(", ")}`);
      return [name, Number(value)];
    }),
  );
};

const rowsAsked = (names: readonly string[] | undefined): readonly BenchRow[] => {
  const unknown = names?.find((name) => !allRows.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is no such row; --list tells them`);
  return names === undefined ? allRows : allRows.filter(({ name }) => names.includes(name));
};

const load = (): number => loadavg()[0] ?? 0;

const measureRow = async (
  row: BenchRow,
  receiver: BenchReceiver,
  sizes: ReadonlyMap<string, number>,
): Promise<RowResult> => {
  const notes: string[] = [];
  const before = load();
  const startedAt = performance.now();
  const sharesBefore = receiver.busyShares.length;
  const figures = await row.measure({
    rounds: options.quick ? 3 : 5,
    count: options.quick ? 40_000 : 100_000,
    size: (name) => sizes.get(name) ?? row.sizes[name] ?? Number.NaN,
    receiver,
    note: (text) => {
      notes.push(text);
    },
  });
  const shares = receiver.busyShares.slice(sharesBefore);
  return {
    name: row.name,
    title: row.title,
    work: row.work,
    isQuick: options.quick,
    measuredAt: new Date().toISOString(),
    seconds: (performance.now() - startedAt) / 1000,
    load: { before, after: load() },
    machine,
    figures: [...figures, ...(shares.length === 0 ? [] : [figure("share of one core that the receiver took", shares)])],
    notes,
  };
};

/** Measures what it can; false when a row failed. */
const measureRows = async (rows: readonly BenchRow[], sizes: ReadonlyMap<string, number>): Promise<boolean> => {
  let isWhole = true;
  const results: RowResult[] = [];
  for (const row of rows) {
    const missing = row.missing();
    console.log(`\n${row.name}: ${row.title}\n  ${row.work}`);
    if (missing !== null) {
      console.log(`  not measured: ${missing}`);
      continue;
    }
    const receiver = await startReceiver();
    try {
      const result = await measureRow(row, receiver, sizes);
      for (const { label, spread, unit } of result.figures)
        console.log(`  ${label.padEnd(60)} ${printSpread(spread, unit)}`);
      for (const note of new Set(result.notes)) console.log(`  ${note}`);
      keepResult(result);
      results.push(result);
    } catch (error) {
      isWhole = false;
      console.error(`  failed:`, error);
    } finally {
      await receiver.end();
    }
  }
  console.log(`\n${barsTable(results)}`);
  return isWhole;
};

const list = (rows: readonly BenchRow[]): void => {
  for (const { name, title, work, minutes, sizes } of rows) {
    const sizesText = Object.entries(sizes).map(([size, value]) => ` --set ${size}=${value}`);
    console.log(`${name} (about ${minutes} min)${sizesText.join("")}\n  ${title}\n  ${work}`);
  }
};

const rows = rowsAsked(options.only);
if (options.list) list(rows);
else if (options.write) writeFigures(allRows.flatMap(({ name }) => readResult(name) ?? []));
else {
  console.log(machine);
  if (!(await measureRows(rows, sizesGiven(options.set)))) process.exitCode = 1;
}
