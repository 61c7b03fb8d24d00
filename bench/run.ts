/**
 * `npm run bench`: measures the rows of bench/rows/ one after the other, prints medians with their
 * spread, and keeps them in bench/results/. `--list` tells the rows, `--only <row>` measures one (may
 * be given more than once), `--quick` makes fewer and shorter rounds and `--long` longer ones,
 * `--set <size>=<number>` changes a row's size, `--minutes <number>` is how long a row may take before
 * it is ended, `--kept <folder>` keeps what was filled in by the million for the next run, and `--write` measures nothing: it writes the kept results into bench/README.md. `--tiny`
 * only shows that the rows work: what it gives says nothing, and is kept nowhere.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { measureApart } from "./measure-apart.ts";
import { machine, type RowOrder } from "./measure-row.ts";
import { measureRows } from "./measure-rows.ts";
import { Results } from "./report/results.ts";
import { writeFigures } from "./report/write-figures.ts";
import type { BenchRow } from "./row.ts";
import { allRows } from "./rows/all-rows.ts";
import { keptVariable } from "./support/kept-folder.ts";

const { values: options } = parseArgs({
  options: {
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    set: { type: "string", multiple: true, default: [] },
    minutes: { type: "string", default: "5" },
    kept: { type: "string" },
  },
});

/** Sizes by name; one that no row has is a mistake. */
const sizesGiven = (texts: readonly string[]): RowOrder["sizes"] => {
  const known = new Set(allRows.flatMap(({ sizes }) => Object.keys(sizes)));
  return Object.fromEntries(
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

const list = (rows: readonly BenchRow[]): void => {
  for (const { name, title, work, minutes, sizes } of rows) {
    const sizesText = Object.entries(sizes).map(([size, value]) => ` --set ${size}=${value}`);
    console.log(`${name} (about ${minutes} min)${sizesText.join("")}\n  ${title}\n  ${work}`);
  }
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
  console.log(`about ${Math.round(minutes)} minutes in all`);
};

const lengthOfRounds = (): Pick<RowOrder, "rounds" | "count"> => {
  if (options.tiny) return { rounds: 1, count: 2_000 };
  if (options.quick) return { rounds: 3, count: 40_000 };
  return { rounds: 5, count: options.long ? 100_000 : 60_000 };
};

/** A five-hundredth of every size. */
const sizes = (): RowOrder["sizes"] =>
  options.tiny
    ? Object.fromEntries(
        allRows.flatMap((row) =>
          Object.entries(row.sizes).map(([name, size]) => [name, size < 100 ? size / 20 : Math.max(100, size / 500)]),
        ),
      )
    : {};

const measure = async (rows: readonly BenchRow[], results: Results): Promise<void> => {
  const order = { ...lengthOfRounds(), isQuick: options.quick, sizes: { ...sizes(), ...sizesGiven(options.set) } };
  const file = new URL("./rows/all-rows.ts", import.meta.url);
  console.log(machine);
  const failed = await measureRows(rows, {
    measure: ({ name }) => measureApart({ file, name }, order, Number(options.minutes) * 60),
    results,
    tell: console.log,
  });
  if (failed.length > 0) process.exitCode = 1;
};

const rows = rowsAsked(options.only);
if (options.kept !== undefined) process.env[keptVariable] = resolve(options.kept);
const folder = options.tiny ? mkdtempSync(join(tmpdir(), "carom-bench-tiny-")) : `${import.meta.dirname}/results`;
const results = new Results(pathToFileURL(`${folder}/`));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
if (options.list) list(rows);
else if (options.write)
  writeFigures(
    allRows.map((row) => results.read(row)),
    new URL("./", import.meta.url),
  );
else await measure(rows, results);
if (options.tiny) rmSync(folder, { recursive: true });
