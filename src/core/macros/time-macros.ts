import type { EventView } from "#src/core/events/event-view.ts";
import { defineMacro } from "./define-macro.ts";
import type { Macro, MacroSource } from "./macro.ts";
import { hourFloorText, isoTime, timeText, unixMilliseconds, unixSeconds } from "./value-forms.ts";

/**
 * Each instant has three forms. Where a name says `unix` it is seconds; seed 002 is silent on the
 * others (`install-ts`, `click-ts`, `timestamp`), which are written as AppsFlyer's raw data writes
 * times; `-hour-floor` is the same text rounded down to the hour.
 */
type Instant = {
  readonly source: MacroSource;
  readonly label: string;
  readonly what: string;
  readonly read: (view: EventView) => number | null;
  /** Name and spellings of each form. */
  readonly text: readonly [string, ...string[]];
  readonly hour: readonly [string, ...string[]];
  readonly unix: readonly [string, ...string[]];
  readonly adobeUnix?: readonly string[];
};

const floorTo = (unitMs: number, at: number | null): number | null =>
  at === null ? null : Math.floor(at / unitMs) * unitMs;

const formsOf = (instant: Instant): readonly Macro[] => {
  const { source, label, what } = instant;
  const [text, ...textSpellings] = instant.text;
  const [hour, ...hourSpellings] = instant.hour;
  const [unix, ...unixSpellings] = instant.unix;
  return [
    defineMacro(text, {
      source,
      label,
      meaning: `${what}, UTC, written yyyy-mm-dd hh:mm:ss.sss.`,
      example: "2016-01-04 16:06:00.000",
      spellings: { appsflyer: textSpellings },
      instant: instant.read,
      read: (view) => timeText(instant.read(view)),
    }),
    defineMacro(hour, {
      source,
      label: `${label}, hour`,
      meaning: `${what}, rounded down to the hour (for privacy templates), written like the exact one.`,
      example: "2016-01-04 16:00:00.000",
      spellings: { appsflyer: hourSpellings },
      instant: (view) => floorTo(3_600_000, instant.read(view)),
      read: (view) => hourFloorText(instant.read(view)),
    }),
    defineMacro(unix, {
      source,
      form: "number",
      label: `${label}, Unix`,
      meaning: `${what}, in seconds since 1970.`,
      example: "1451923560",
      spellings: { appsflyer: unixSpellings, adobe: instant.adobeUnix ?? [] },
      instant: (view) => floorTo(1_000, instant.read(view)),
      read: (view) => unixSeconds(instant.read(view)),
    }),
  ];
};

export const timeMacros: readonly Macro[] = [
  ...formsOf({
    source: "sdk",
    label: "Install time",
    what: "First open of the app after the install",
    read: (view) => view.installedAt,
    text: ["install_time", "install-ts", "install_time"],
    hour: ["install_time_hour", "install-ts-hour-floor"],
    unix: ["install_unix_ts", "install-unix-ts"],
  }),
  ...formsOf({
    source: "server",
    label: "Click time",
    what: "Time of the click or impression that led to the install",
    read: (view) => view.time("attributed_touch_time"),
    text: ["click_time", "click-ts"],
    hour: ["click_time_hour", "click-ts-hour-floor"],
    unix: ["click_unix_ts"],
  }),
  ...formsOf({
    source: "server",
    label: "Attributed touch time",
    what: "Time of the touch that it is attributed to",
    read: (view) => view.time("attributed_touch_time"),
    text: ["attributed_touch_time", "attributed_touch time"],
    hour: ["attributed_touch_time_hour"],
    unix: ["attributed_touch_unix_ts"],
  }),
  ...formsOf({
    source: "sdk",
    label: "Event time",
    what: "Time of the event",
    read: (view) => view.eventTime,
    text: ["event_time", "timestamp", "eventtime"],
    hour: ["event_time_hour", "event-ts-hour-floor"],
    unix: ["event_unix_ts", "event-unix-ts"],
    adobeUnix: ["%timestampu%"],
  }),
  defineMacro("event_time_iso", {
    source: "sdk",
    label: "Event time, ISO 8601",
    meaning: "Time of the event, UTC, written yyyy-mm-ddThh:mm:ss.sssZ.",
    example: "2016-01-05T10:20:30.456Z",
    spellings: { adobe: ["%timestampz%"] },
    instant: (view) => view.eventTime,
    read: (view) => isoTime(view.eventTime),
  }),
  defineMacro("event_unix_ms", {
    source: "sdk",
    form: "number",
    label: "Event time, milliseconds",
    meaning: "Time of the event, in milliseconds since 1970; it may lie in the past.",
    example: "1451989230456",
    spellings: { leanplum: ["Trigger time"] },
    instant: (view) => view.eventTime,
    read: (view) => unixMilliseconds(view.eventTime),
  }),
  ...formsOf({
    source: "server",
    label: "Google Play click time",
    what: "Time of the click as Google Play tells it",
    read: (view) => view.time("gp_click_time"),
    text: ["gp_click_time", "gp_referer_click_ts", "gp_referrer_click_ts"],
    hour: ["gp_click_time_hour"],
    unix: ["gp_click_unix_ts"],
  }),
  ...formsOf({
    source: "server",
    label: "Google Play install time",
    what: "Begin of the install as Google Play tells it",
    read: (view) => view.time("gp_install_begin"),
    text: ["gp_install_begin", "gp_referer_install_ts", "gp_referrer_install_ts"],
    hour: ["gp_install_begin_hour"],
    unix: ["gp_install_unix_ts"],
  }),
];
