import { type Bar, type Figure, reaches } from "../row.ts";
import { digits } from "../support/statistics.ts";
import type { RowHistory, RowResult } from "./results.ts";

/** The figures of which something is asked, as a Markdown table: every row is in it, one that was not measured too. */
export const barsTable = (histories: readonly RowHistory[]): string =>
  [
    "| row | figure | must | aim | median (lowest–highest) | runs |",
    "| --- | --- | --- | --- | --- | --- |",
    ...histories.flatMap(({ row, results, failure }) => [
      ...results.flatMap((result) => linesOf(result)),
      ...(results.length === 0 && failure === null ? [`| \`${row.name}\` | not measured | | | | |`] : []),
      ...(failure === null ? [] : [`| \`${row.name}\` | **failed ${dayOf(failure.failedAt)}**, see below | | | | |`]),
    ]),
  ].join("\n");

const linesOf = (result: RowResult): readonly string[] => {
  const asked = result.figures.flatMap((figure) => (figure.bar === null ? [] : [{ figure, bar: figure.bar }]));
  if (asked.length === 0) return [`| ${formOf(result)} | nothing is asked of it, see below | | | | |`];
  return asked.map(({ figure, bar }) => {
    const { label, unit, spread } = figure;
    const asks = `${barText(bar, bar.must)}${unit} | ${digits(bar.aim)}${unit}`;
    return `| ${formOf(result)} | ${label} | ${asks} | ${spreadText(figure, bar)} | ${spread.runs} |`;
  });
};

/** Its name, and what of its sizes was changed for its long form. */
const formOf = ({ name, sizes }: RowResult): string =>
  [`\`${name}\``, ...Object.entries(sizes).map(([size, value]) => `${size} ${value.toLocaleString("en")}`)].join(", ");

/** Everything that one row told, and why it told nothing. */
export const rowSections = ({ row, results, failure }: RowHistory): readonly string[] => [
  ...results.map(rowSection),
  ...(failure === null
    ? []
    : [
        `### \`${row.name}\`, failed\n\nThe last try, of ${dayOf(failure.failedAt)}, gave nothing:\n\n\`\`\`\n${failure.why}\n\`\`\``,
      ]),
];

const rowSection = (result: RowResult): string =>
  [
    `### ${formOf(result)}`,
    "",
    `${sentence(result.title)} Work: ${result.work}. Took ${Math.round(result.seconds)} s${result.isQuick ? ", a quick run" : ""}, on ${dayOf(result.measuredAt)}; the machine's load was ${digits(result.load.before)} before and ${digits(result.load.after)} after.`,
    "",
    "| figure | median | lowest | highest | runs |",
    "| --- | --- | --- | --- | --- |",
    ...result.figures.map(
      ({ label, unit, spread }) =>
        `| ${label} | ${digits(spread.median)}${unit} | ${digits(spread.low)}${unit} | ${digits(spread.high)}${unit} | ${spread.runs} |`,
    ),
    ...(result.notes.length === 0 ? [] : ["", ...new Set(result.notes.map((note) => `- ${note}`))]),
  ].join("\n");

const barText = (bar: Bar, value: number): string => `${bar.kind === "least" ? "≥" : "≤"} ${digits(value)}`;

const spreadText = ({ spread, unit }: Figure, bar: Bar): string => {
  const text = `${digits(spread.median)}${unit} (${digits(spread.low)}–${digits(spread.high)})`;
  return reaches(bar, spread.median) ? text : `**${text}**`;
};

const dayOf = (at: string): string => at.slice(0, 10);
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
