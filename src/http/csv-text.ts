/** A table as CSV (RFC 4180), for programs and for people with a spreadsheet. */
export const csvText = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");

/**
 * A spreadsheet takes a cell that begins with one of these for a formula, and names of events come from whoever
 * has an app's key: with a quote before it, it is a text. Numbers are ours, and stay numbers.
 */
const formulaStart = /^[=+\-@\t\r\n]/;
const mustQuote = /[",\r\n]/;

const cellText = (value: string | number | null): string => {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = formulaStart.test(value) ? `'${value}` : value;
  return mustQuote.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
