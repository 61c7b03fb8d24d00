import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { barPlot } from "./bar-plot.ts";
import { barsTable, rowSections } from "./figures-table.ts";
import { flatTable } from "./flat-table.ts";
import { linePlot } from "./line-plot.ts";
import type { RowHistory } from "./results.ts";

const begin = "<!-- figures: written by `npm run bench -- --write` -->";
const end = "<!-- end of figures -->";

export type Plot = { readonly file: string; readonly title: string; readonly svg: string };

/** Writes what is known of all rows into bench/README.md, between its two marks, and the plots beside it. */
export const writeFigures = (histories: readonly RowHistory[], bench: URL): void => {
  const readme = new URL("README.md", bench);
  const plots = new URL("plots/", bench);
  writeFileSync(readme, withFigures(readFileSync(readme, "utf8"), figuresPage(histories)));
  mkdirSync(plots, { recursive: true });
  for (const { file, svg } of plotsOf(histories)) writeFileSync(new URL(file, plots), svg);
};

const withFigures = (text: string, figures: string): string => {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`bench/README.md has no \`${begin}\` and \`${end}\``);
  return `${text.slice(0, from)}${begin}\n\n${figures}\n\n${text.slice(to)}`;
};

/** Everything that is known, as Markdown: what misses its must, failed or was not measured is told as that. */
export const figuresPage = (histories: readonly RowHistory[]): string => {
  const results = histories.flatMap((history) => history.results);
  const days = [...new Set(results.map(({ measuredAt }) => measuredAt.slice(0, 10)))].toSorted();
  const flat = flatTable(histories);
  const images = plotsOf(histories).map(({ file, title }) => `![${title}](plots/${file})`);
  return [
    [...new Set(results.map(({ machine }) => machine))].join("; "),
    `Measured ${days.join(", ")}. In bold: a median that misses its must, and a row that failed.`,
    barsTable(histories),
    ...(flat === null
      ? []
      : ["### Flat\n\nOne axis varied at a time; each size beside a plain server in turns.", flat]),
    ...images,
    ...histories.flatMap(rowSections),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

/** What shall be high and what shall be low, apart: one is good beyond its line, the other before it. Then lines over time. */
const plotsOf = (histories: readonly RowHistory[]): readonly Plot[] => {
  const results = histories.flatMap((history) => history.results);
  const bars = (
    [
      ["least", "rates.svg", "Rates and ratios: at least their must"],
      ["most", "times.svg", "Times and growth: at most their must"],
    ] as const
  ).flatMap(([kind, file, title]) => {
    const plotted = results.flatMap(({ name, figures }) =>
      figures.flatMap(({ label, spread, unit, bar }) =>
        bar?.kind === kind ? [{ label: `${name}: ${label}`, spread, unit, bar }] : [],
      ),
    );
    return plotted.length === 0 ? [] : [{ file, title, svg: barPlot(title, plotted) }];
  });
  const lines = results.flatMap(({ name, sizes, lines: drawn }) =>
    drawn.map((line, index) => ({
      file: `${[name, ...Object.values(sizes), ...(index === 0 ? [] : [index])].join("-")}.svg`,
      title: line.title,
      svg: linePlot(line),
    })),
  );
  return [...bars, ...lines];
};
