/**
 * Times as clients write them: RFC 3339, the vendor's `yyyy-mm-dd hh:mm:ss.sss` (UTC when no offset
 * is written, `+0000` when one is), and epoch seconds or milliseconds.
 */
const written = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: ?(?:[Zz]|[+-]\d{2}:?\d{2}))?$/;
const epoch = /^\d{9,13}(?:\.\d+)?$/;

/** Below this a number is no time but a date (20260114), a count or an hour: as seconds it would be before March 1973. */
const epochSecondsMin = 100_000_000;
/** Epoch numbers below this are seconds: as milliseconds they would be before March 1973. */
const epochMsMin = 100_000_000_000;
/** The last millisecond of the year 9999. */
const timeMax = 253_402_300_799_999;

/** Whether text can say this time, epoch milliseconds. */
export const isReadableTime = (at: number): boolean => at >= 0 && at <= timeMax;

/** Epoch milliseconds, or null where the value is no time. */
export function readTime(value: unknown): number | null {
  if (typeof value === "number") return readEpoch(value);
  if (typeof value !== "string") return null;
  if (written.test(value)) return readWritten(value);
  return epoch.test(value) ? readEpoch(Number(value)) : null;
}

function readEpoch(value: number): number | null {
  const milliseconds = Math.floor(value < epochMsMin ? value * 1000 : value);
  return value >= epochSecondsMin && milliseconds <= timeMax ? milliseconds : null;
}

/** Every event has two or three of these: digits are read where the pattern has found them, not cut out. */
function readWritten(text: string): number | null {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  // A leap second (RFC 3339 5.6) is written as :60 and is the first of the next minute to us.
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  // Day 0 of the next month is the last of this one.
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  let at = 19;
  let fraction = 0;
  if (text.charCodeAt(at) === point) {
    const start = at + 1;
    for (at = start; isDigit(text.charCodeAt(at)); at++);
    const read = Math.min(at, start + 3);
    fraction = digits(text, start, read) * 10 ** (3 - (read - start));
  }
  const offset = offsetMinutes(text, text.charCodeAt(at) === blank ? at + 1 : at);
  if (offset === null) return null;
  const time = Date.UTC(year, month - 1, day, hour, minute, second, fraction) - offset * 60_000;
  return year >= 1970 && isReadableTime(time) ? time : null;
}

const blank = 0x20;
const minus = 0x2d;
const point = 0x2e;
const plus = 0x2b;
const colon = 0x3a;
const zero = 0x30;

const isDigit = (code: number): boolean => code >= zero && code <= zero + 9;

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) number = number * 10 + text.charCodeAt(at) - zero;
  return number;
}

/** The offset that begins at `at`; none, and `Z`, are UTC. */
function offsetMinutes(text: string, at: number): number | null {
  const sign = text.charCodeAt(at);
  if (sign !== plus && sign !== minus) return 0;
  const hours = digits(text, at + 1, at + 3);
  const minutesAt = text.charCodeAt(at + 3) === colon ? at + 4 : at + 3;
  const minutes = digits(text, minutesAt, minutesAt + 2);
  if (hours > 23 || minutes > 59) return null;
  return (sign === minus ? -1 : 1) * (hours * 60 + minutes);
}
