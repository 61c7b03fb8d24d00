import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { barPlot } from "./bar-plot.ts";
import { barsTable, rowSection } from "./figures-table.ts";
import type { RowResult } from "./results.ts";

const readme = new URL("../README.md", import.meta.url);
const plots = new URL("../plots/", import.meta.url);
const begin = "<!-- figures: written by `npm run bench -- --write` -->";
const end = "<!-- end of figures -->";

/** Writes the last results of all rows into bench/README.md, between its two marks, and as plots beside it. */
export const writeFigures = (results: readonly RowResult[]): void => {
  const text = readFileSync(readme, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`bench/README.md has no \`${begin}\` and \`${end}\``);
  writeFileSync(readme, `${text.slice(0, from)}${begin}\n\n${figuresBlock(results)}\n\n${text.slice(to)}`);
  mkdirSync(plots, { recursive: true });
  for (const plot of plotsOf(results)) writeFileSync(new URL(plot.file, plots), barPlot(plot.title, plot.bars));
};

const figuresBlock = (results: readonly RowResult[]): string =>
  [
    [...new Set(results.map(({ machine }) => machine))].join("; "),
    `Measured ${[...new Set(results.map(({ measuredAt }) => measuredAt.slice(0, 10)))].toSorted().join(", ")}. In bold: a median that misses its must.`,
    barsTable(results),
    ...plotsOf(results).map(({ file, title }) => `![${title}](plots/${file})`),
    ...results.map(rowSection),
  ].join("\n\n");

/** What shall be high and what shall be low, apart: one is good beyond its line, the other before it. */
const plotsOf = (results: readonly RowResult[]) =>
  (
    [
      ["least", "rates.svg", "Rates and ratios: at least their must"],
      ["most", "times.svg", "Times and growth: at most their must"],
    ] as const
  ).flatMap(([kind, file, title]) => {
    const bars = results.flatMap(({ name, figures }) =>
      figures.flatMap(({ label, spread, unit, bar }) =>
        bar?.kind === kind ? [{ label: `${name}: ${label}`, spread, unit, bar }] : [],
      ),
    );
    return bars.length === 0 ? [] : [{ file, title, bars }];
  });
