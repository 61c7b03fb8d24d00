import { type Bar, reaches } from "../row.ts";
import { digits, type Spread } from "../support/statistics.ts";

export type PlottedBar = {
  readonly label: string;
  readonly spread: Spread;
  readonly unit: string;
  readonly bar: Bar;
};

const width = 1000;
const lineHeight = 30;
const labelWidth = 520;
const plotWidth = 280;
/** How often its must a bar shows at most; a longer one ends in an arrow. */
const timesShown = 3;

/**
 * One bar a figure, drawn as how often it is its must, which is a line from top to bottom; a whisker
 * goes from the lowest round to the highest. A rate shall pass the line, a time shall stay before it.
 */
export const barPlot = (title: string, bars: readonly PlottedBar[]): string => {
  const height = 64 + bars.length * lineHeight;
  const mustX = placeOf(1);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escapeXml(title)}</text>`,
    `<text x="${mustX}" y="42" text-anchor="middle" fill="#555">must</text>`,
    ...bars.flatMap((bar, row) => barLines(bar, 52 + row * lineHeight)),
    `<line x1="${mustX}" x2="${mustX}" y1="46" y2="${height - 10}" stroke="#222" stroke-dasharray="4 3"/>`,
    "</svg>",
  ].join("\n")}\n`;
};

const barLines = ({ label, spread, unit, bar }: PlottedBar, top: number): readonly string[] => {
  const [end, low, high] = [spread.median, spread.low, spread.high].map((value) => placeOf(value / bar.must));
  const middle = top + 11;
  const sign = bar.kind === "least" ? "≥" : "≤";
  const told = `${digits(spread.median)}${unit} (${sign} ${digits(bar.must)})${spread.median > timesShown * bar.must ? " →" : ""}`;
  return [
    `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escapeXml(label)}</text>`,
    `<rect x="${labelWidth}" y="${top + 2}" width="${Math.max(1, (end ?? 0) - labelWidth)}" height="18" fill="${reaches(bar, spread.median) ? "#2f7d4f" : "#c2452d"}"/>`,
    `<path d="M${low} ${middle}H${high}M${low} ${middle - 4}v8M${high} ${middle - 4}v8" stroke="#000" fill="none"/>`,
    `<text x="${labelWidth + plotWidth + 8}" y="${middle + 4}" fill="#333">${escapeXml(told)}</text>`,
  ];
};

const placeOf = (timesMust: number): number =>
  Math.round(labelWidth + (Math.min(timesShown, timesMust) / timesShown) * plotWidth);

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
