import type { Bar, Figure } from "../row.ts";
import { digits } from "../support/statistics.ts";
import type { RowResult } from "./results.ts";

/** The figures of which something is asked, as a Markdown table. */
export const barsTable = (results: readonly RowResult[]): string =>
  [
    "| row | figure | must | aim | median (lowest–highest) | runs |",
    "| --- | --- | --- | --- | --- | --- |",
    ...results.flatMap(({ name, figures }) =>
      figures.flatMap((figure) =>
        figure.bar === null
          ? []
          : [
              `| \`${name}\` | ${figure.label} | ${barText(figure.bar, figure.bar.must)}${figure.unit} | ${digits(figure.bar.aim)}${figure.unit} | ${spreadText(figure, figure.bar)} | ${figure.spread.runs} |`,
            ],
      ),
    ),
  ].join("\n");

/** Everything that one row told. */
export const rowSection = (result: RowResult): string =>
  [
    `### \`${result.name}\``,
    "",
    `${sentence(result.title)} Work: ${result.work}. Took ${Math.round(result.seconds)} s${result.isQuick ? ", a quick run" : ""}; the machine's load was ${digits(result.load.before)} before and ${digits(result.load.after)} after.`,
    "",
    "| figure | median | lowest | highest | runs |",
    "| --- | --- | --- | --- | --- |",
    ...result.figures.map(
      ({ label, unit, spread }) =>
        `| ${label} | ${digits(spread.median)}${unit} | ${digits(spread.low)}${unit} | ${digits(spread.high)}${unit} | ${spread.runs} |`,
    ),
    ...(result.notes.length === 0 ? [] : ["", ...new Set(result.notes.map((note) => `- ${note}`))]),
  ].join("\n");

export const reaches = (bar: Bar, value: number): boolean =>
  bar.kind === "least" ? value >= bar.must : value <= bar.must;

const barText = (bar: Bar, value: number): string => `${bar.kind === "least" ? "≥" : "≤"} ${digits(value)}`;

const spreadText = ({ spread, unit }: Figure, bar: Bar): string => {
  const text = `${digits(spread.median)}${unit} (${digits(spread.low)}–${digits(spread.high)})`;
  return reaches(bar, spread.median) ? text : `**${text}**`;
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
