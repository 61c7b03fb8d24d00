import { type Figure, reaches } from "../row.ts";
import { digits } from "../support/statistics.ts";
import type { RowHistory } from "./results.ts";

/** What each size of an axis is told by; see `measureBeside`, which makes the labels. */
const columns = ["throughput", "postbacks a second", "p50 at", "p99 at", "memory afterwards"] as const;

/** Every axis along which cost must not grow, one size a line; null where no row of them was measured. */
export const flatTable = (histories: readonly RowHistory[]): string | null => {
  const lines = histories
    .filter(({ row }) => row.name.startsWith("flat-"))
    .flatMap(({ row, results }) => results.flatMap(({ figures }) => linesOf(row.name, figures)));
  if (lines.length === 0) return null;
  return [
    "| row | size | throughput ÷ without | a second | p50 | p99 | memory afterwards |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
};

const linesOf = (name: string, figures: readonly Figure[]): readonly string[] => {
  const sizes = [...new Set(figures.flatMap(({ label }) => (label.includes(": ") ? [label.split(": ")[0]] : [])))];
  return sizes.map((size) => {
    const cells = columns.map((column) => cellOf(figures.find(({ label }) => label.startsWith(`${size}: ${column}`))));
    return `| \`${name}\` | ${size} | ${cells.join(" | ")} |`;
  });
};

const cellOf = (figure: Figure | undefined): string => {
  if (figure === undefined) return "";
  const { spread, unit, bar } = figure;
  const text = `${digits(spread.median)}${unit}`;
  return bar !== null && !reaches(bar, spread.median) ? `**${text}**` : text;
};
