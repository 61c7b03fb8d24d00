import { type RuleSchedule, type Weekday, weekdays } from "#src/core/catalog/postback-rule.ts";

/** Answers whether an instant, epoch milliseconds, lies within the schedule. */
export function compileSchedule(schedule: RuleSchedule | null): (at: number) => boolean {
  if (schedule === null) return () => true;
  const { startAt, endAt, days, hours, zone } = schedule;
  const isBetween = (at: number): boolean => (startAt === null || at >= startAt) && (endAt === null || at <= endAt);
  if (days.length === 0 && hours === null) return isBetween;
  const localTimeOf = localTimes(zone);
  return (at) => isBetween(at) && isOpenAt(localTimeOf(at), { days, hours });
}

/** Whether the zone is one that the calendar knows. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

type LocalTime = { readonly weekday: number; readonly minute: number };

function isOpenAt({ weekday, minute }: LocalTime, { days, hours }: Pick<RuleSchedule, "days" | "hours">): boolean {
  // Hours over midnight belong to the day on which they began.
  const isMorningAfter = hours !== null && hours.from > hours.to && minute < hours.to;
  const day = weekdays[(weekday + (isMorningAfter ? 6 : 0)) % 7];
  if (days.length > 0 && (day === undefined || !days.includes(day))) return false;
  if (hours === null) return true;
  const { from, to } = hours;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * The weekday and the minute of the day in a zone. The calendar of zones is the language's own
 * (`Intl`), the same on a server and in a browser; nothing here reads a clock.
 */
function localTimes(zone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const name = (parts.get("weekday") ?? "").toLowerCase();
    const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
    return { weekday: weekdays.findIndex((each: Weekday) => each === name), minute };
  };
}
