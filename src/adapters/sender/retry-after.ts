/**
 * Seconds to wait as told by `Retry-After` (RFC 9110 10.2.3), or null: a number of seconds, or a
 * date, counted from `now` (epoch milliseconds). A date that has passed says 0.
 */
export const retryAfterSeconds = (value: string, now: number): number | null => {
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Every HTTP date begins with the name of a day; Date.parse alone would take far more for a date.
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  // Of the three forms asctime names no zone, and means GMT all the same.
  const at = Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
};
