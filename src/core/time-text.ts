/**
 * Times as clients write them: RFC 3339, the vendor's `yyyy-mm-dd hh:mm:ss.sss` (UTC when no offset
 * is written, `+0000` when one is), and epoch seconds or milliseconds.
 */
const written = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ?([Zz]|[+-]\d{2}:?\d{2}))?$/;
const epoch = /^\d{9,13}(?:\.\d+)?$/;

/** Epoch numbers below this are seconds: as milliseconds they would be before March 1973. */
const epochMsMin = 100_000_000_000;
/** The last millisecond of the year 9999. */
const timeMax = 253_402_300_799_999;

/** Epoch milliseconds, or null where the value is no time. */
export function readTime(value: unknown): number | null {
  if (typeof value === "number") return readEpoch(value);
  if (typeof value !== "string") return null;
  const parts = written.exec(value);
  if (parts !== null) return readWritten(parts);
  return epoch.test(value) ? readEpoch(Number(value)) : null;
}

function readEpoch(value: number): number | null {
  const milliseconds = Math.floor(value < epochMsMin ? value * 1000 : value);
  return milliseconds >= 0 && milliseconds <= timeMax ? milliseconds : null;
}

function readWritten(parts: RegExpExecArray): number | null {
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  // A leap second (RFC 3339 5.6) is written as :60 and is the first of the next minute to us.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  // Day 0 of the next month is the last of this one.
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const fraction = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offset = offsetMinutes(parts[8]);
  if (offset === null) return null;
  const time = Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset * 60_000;
  return year >= 1970 && time >= 0 && time <= timeMax ? time : null;
}

function offsetMinutes(text: string | undefined): number | null {
  if (text === undefined || text === "Z" || text === "z") return 0;
  const digits = text.replace(":", "");
  const hours = Number(digits.slice(1, 3));
  const minutes = Number(digits.slice(3, 5));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
