type Write = (date: Date) => string;

const padded = (number: number, length: number): string => String(number).padStart(length, "0");

const fields: Readonly<Record<string, Write>> = {
  yyyy: (date) => padded(date.getUTCFullYear(), 4),
  yy: (date) => padded(date.getUTCFullYear() % 100, 2),
  MM: (date) => padded(date.getUTCMonth() + 1, 2),
  dd: (date) => padded(date.getUTCDate(), 2),
  HH: (date) => padded(date.getUTCHours(), 2),
  mm: (date) => padded(date.getUTCMinutes(), 2),
  ss: (date) => padded(date.getUTCSeconds(), 2),
  SSS: (date) => padded(date.getUTCMilliseconds(), 3),
};
const piece = /yyyy|yy|MM|dd|HH|mm|ss|SSS|[^A-Za-z]+|[TZ]/gy;
const iso = "yyyy-MM-ddTHH:mm:ss.SSSZ";
const formatLengthMax = 64;

/** Writes epoch milliseconds (UTC) in a format of `yyyy yy MM dd HH mm ss SSS`; other letters than T and Z are refused with null. */
export const compileDateFormat = (format: string): ((at: number) => string) | null => {
  const text = format === "iso" ? iso : format;
  const pieces = Array.from(text.matchAll(piece), ([found]) => found);
  if (text === "" || text.length > formatLengthMax || pieces.join("") !== text) return null;
  const writers = pieces.map((found): string | Write => fields[found] ?? found);
  return (at) => {
    const date = new Date(at);
    let written = "";
    for (const each of writers) written += typeof each === "string" ? each : each(date);
    return written;
  };
};
