import type { RateWire } from "./rates-contract.ts";

export type EcbReading =
  | { readonly kind: "read"; readonly rates: readonly RateWire[] }
  | { readonly kind: "refused"; readonly message: string };

/**
 * The European Central Bank's reference rates as it publishes them: `eurofxref.csv` and `eurofxref-hist.csv` (unpacked),
 * and the XML of one day, ninety days or all. Rates keep their text; a currency without one on a day (`N/A`) is left out.
 */
export const readEcbRates = (text: string): EcbReading => {
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (start.startsWith("PK")) return refused("the file is packed: unpack the zip, and import the CSV that is in it");
  return start.startsWith("<") ? readXml(start) : readCsv(start);
};

const refused = (message: string): EcbReading => ({ kind: "refused", message });

const shownMax = 40;
const decimal = /^\d{1,12}(?:\.\d{1,12})?$/;

const readCsv = (text: string): EcbReading => {
  const [head = "", ...lines] = text.split(/\r?\n/);
  const [first, ...currencies] = cellsOf(head);
  if (first !== "Date") return refused("line 1: a table of the ECB begins with `Date,USD,JPY,…`");
  const rates: RateWire[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const [dayText = "", ...cells] = cellsOf(line);
    const day = dayOf(dayText);
    if (day === null) return refused(`line ${index + 2}: the day must be like 2026-01-14 or 14 January 2026`);
    for (const [place, currency] of currencies.entries()) {
      const rate = cells[place] ?? "";
      if (currency === "" || rate === "" || rate === "N/A") continue;
      if (!/^[A-Z]{3}$/.test(currency))
        return refused(
          `line ${index + 2}: column ${place + 2} is headed \`${currency}\`, which is no currency such as USD`,
        );
      if (!decimal.test(rate))
        return refused(
          `line ${index + 2}: column ${place + 2} (${currency}) holds \`${rate.slice(0, shownMax)}\`, which is no rate: write a number such as 1.165, or N/A`,
        );
      rates.push({ day, currency, rate });
    }
  }
  return rates.length === 0 ? noRates : { kind: "read", rates };
};

const noRates = refused("there is no rate in the file");
const cellsOf = (line: string): readonly string[] => line.split(",").map((cell) => cell.trim());

const months: readonly string[] = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];

/** The history writes `2026-01-14`, the file of one day `14 January 2026`. */
const dayOf = (text: string): string | null => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const [, day = "", month = "", year = ""] = /^(\d{1,2}) ([A-Za-z]+) (\d{4})$/.exec(text) ?? [];
  const number = months.indexOf(month.toLowerCase()) + 1;
  return number === 0 ? null : `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
};

/**
 * The ECB's XML is flat: a `Cube` with a `time`, in it one for each `currency` with its `rate`. No more of XML is read, so
 * that there is nothing in it to expand.
 */
const readXml = (text: string): EcbReading => {
  const rates: RateWire[] = [];
  let day: string | null = null;
  for (const [, attributes = ""] of text.matchAll(/<Cube\b([^<>]*)>/g)) {
    const of = new Map(
      [...attributes.matchAll(/(\w+)\s*=\s*(["'])(.*?)\2/g)].map(([, name = "", , value = ""]) => [name, value]),
    );
    day = of.get("time") ?? day;
    const currency = of.get("currency");
    const rate = of.get("rate");
    if (currency === undefined || rate === undefined || rate === "N/A") continue;
    if (day === null || dayOf(day) === null) return refused("a rate stands in no Cube with a time");
    if (!/^[A-Z]{3}$/.test(currency) || !decimal.test(rate))
      return refused(`${day}: a Cube holds no rate of a currency`);
    rates.push({ day, currency, rate });
  }
  return rates.length === 0 ? noRates : { kind: "read", rates };
};
