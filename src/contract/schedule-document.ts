import { z } from "zod";
import { type RuleSchedule, weekdays } from "#src/core/catalog/postback-rule.ts";
import { readTime } from "#src/core/time-text.ts";
import { closedObject } from "./closed-object.ts";
import { timeText } from "./wire-time.ts";

const timeError = "must be a time such as 2026-01-14T12:00:00Z";
const timeField = z
  .string({ error: timeError })
  .refine((text) => readTime(text) !== null, { error: timeError })
  .transform((text) => readTime(text) ?? 0);

const minutesOfHour = 60;
const hourError = "must be an hour of the day such as 09:00, at most 24:00";
const hourField = z
  .string({ error: hourError })
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: hourError })
  .transform((text) => Number(text.slice(0, 2)) * minutesOfHour + Number(text.slice(3)));

/** When an event may trigger a rule. */
export const scheduleDocument = closedObject({
  start: timeField.nullable().default(null).meta({ description: "Inclusive; null is open." }),
  end: timeField.nullable().default(null).meta({ description: "Inclusive; null is open." }),
  days: z.array(z.enum(weekdays)).default([]).meta({ description: "None: every day." }),
  hours: closedObject({ from: hourField, to: hourField })
    .nullable()
    .default(null)
    .meta({ description: "From inclusive, to exclusive; over midnight where `to` is the lesser." }),
  zone: z.string().default("UTC").meta({ description: "IANA name of the zone of days and hours." }),
});

export const scheduleFromDocument = ({ start, end, ...rest }: z.output<typeof scheduleDocument>): RuleSchedule => ({
  startAt: start,
  endAt: end,
  ...rest,
});

export const scheduleToDocument = ({
  startAt,
  endAt,
  days,
  hours,
  zone,
}: RuleSchedule): z.input<typeof scheduleDocument> => ({
  start: startAt === null ? null : timeText(startAt),
  end: endAt === null ? null : timeText(endAt),
  days: [...days],
  hours: hours === null ? null : { from: hourText(hours.from), to: hourText(hours.to) },
  zone,
});

const hourText = (minutes: number): string => {
  const digits = (count: number): string => String(count).padStart(2, "0");
  return `${digits(Math.floor(minutes / minutesOfHour))}:${digits(minutes % minutesOfHour)}`;
};
