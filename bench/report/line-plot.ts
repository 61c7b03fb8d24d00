import type { PlottedLine } from "../row.ts";
import { escapeXml } from "./bar-plot.ts";

const width = 860;
const height = 300;
const left = 70;
const right = 20;
const top = 40;
const bottom = 40;

/** Values over time as one line from zero upwards. */
export const linePlot = ({ title, unit, everyS, values }: PlottedLine): string => {
  const most = Math.max(1, ...values) * 1.1;
  const xOf = (index: number): number => left + (index / Math.max(1, values.length - 1)) * (width - left - right);
  const yOf = (value: number): number => height - bottom - (value / most) * (height - top - bottom);
  const path = values.map(
    (value, index) => `${index === 0 ? "M" : "L"}${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`,
  );
  const minutes = ((values.length - 1) * everyS) / 60;
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round((share * most) / 10) * 10);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escapeXml(title)}</text>`,
    ...marks.flatMap((mark) => [
      `<line x1="${left}" x2="${width - right}" y1="${yOf(mark)}" y2="${yOf(mark)}" stroke="#ddd"/>`,
      `<text x="${left - 8}" y="${yOf(mark) + 4}" text-anchor="end" fill="#555">${mark} ${escapeXml(unit)}</text>`,
    ]),
    `<text x="${left}" y="${height - 12}" fill="#555">0</text>`,
    `<text x="${width - right}" y="${height - 12}" text-anchor="end" fill="#555">${minutes.toFixed(0)} min</text>`,
    `<path d="${path.join("")}" fill="none" stroke="#2f5fa5" stroke-width="2"/>`,
    "</svg>",
  ].join("\n")}\n`;
};
