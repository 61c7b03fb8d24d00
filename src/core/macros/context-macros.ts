import type { EventView } from "#src/core/events/event-view.ts";
import { encodeJsonString, encodeUrl } from "#src/core/templates/encode-value.ts";
import { defineMacro } from "./define-macro.ts";
import type { Macro, MacroForm } from "./macro.ts";

type ContextRow = readonly [name: string, key: string, label: string, meaning: string, example: string];

/** Adobe's keys of context data and of a device's life (domain.md 3.4). Labels are those of its console where it has one. */
const contextMacro = (form: MacroForm, isPersonal = false) => {
  return ([name, key, label, meaning, example]: ContextRow): Macro =>
    defineMacro(name, {
      source: "sdk",
      form,
      isPersonal,
      label,
      meaning,
      example,
      spellings: { adobe: [key] },
      read: (view) => view.context(key) ?? view.lifecycle(key),
    });
};

const lifecycleMacros: readonly Macro[] = [
  ...(
    [
      ["install_event", "a.InstallEvent", "First Launch", "Set at the first run after an install.", "InstallEvent"],
      ["upgrade_event", "a.UpgradeEvent", "Upgraded", "Set at the first run after an upgrade.", "UpgradeEvent"],
      ["daily_user_event", "a.DailyEngUserEvent", "Daily Engaged User", "Set once a day of use.", "DailyEngUserEvent"],
      [
        "monthly_user_event",
        "a.MonthlyEngUserEvent",
        "Monthly Engaged User",
        "Set once a month.",
        "MonthlyEngUserEvent",
      ],
      ["launch_event", "a.LaunchEvent", "Launched", "Set at every launch.", "LaunchEvent"],
      ["crash_event", "a.CrashEvent", "Crashed", "Set at the launch after a crash.", "CrashEvent"],
      ["install_date", "a.InstallDate", "First Launch Date", "Day of the first launch, MM/DD/YYYY.", "01/14/2026"],
      ["app_name_version", "a.AppID", "App Name and Version", "Name and version of the app.", "Space Cats 4.2.1"],
      ["device_name", "a.DeviceName", "Device Name", "Name of the device's model.", "iPhone 6 Plus"],
      ["resolution", "a.Resolution", "Resolution", "Width and height of the screen in pixels.", "1080x1920"],
      ["adobe_action", "a.action", "Action", "Name of the action that was tracked.", "add_to_cart"],
      ["page_name", "pageName", "Page Name", "Name of the state that was tracked.", "checkout"],
      ["location_poi", "a.loc.poi", "Point of Interest", "Name of the place that the device is at.", "Main Street"],
      ["tracking_code", "a.referrer.campaign.trackingcode", "Tracking Code", "Code of the campaign.", "spring-17"],
      ["referrer_campaign", "a.referrer.campaign.name", "Campaign Name", "Name of the campaign.", "spring"],
      ["referrer_content", "a.referrer.campaign.content", "Campaign Content", "Content of the campaign.", "banner_3"],
      ["referrer_medium", "a.referrer.campaign.medium", "Campaign Medium", "Medium of the campaign.", "email"],
      ["referrer_source", "a.referrer.campaign.source", "Campaign Source", "Source of the campaign.", "newsletter"],
      ["referrer_term", "a.referrer.campaign.term", "Campaign Term", "Term of the campaign.", "cat games"],
    ] satisfies readonly ContextRow[]
  ).map(contextMacro("text")),
  ...(
    [
      ["session_length", "a.PrevSessionLength", "Session Length", "Seconds of the session before.", "132"],
      ["launches", "a.Launches", "Launches", "Launches so far.", "7"],
      ["days_since_first_use", "a.DaysSinceFirstUse", "Days Since First Use", "Days since the first run.", "12"],
      ["days_since_last_use", "a.DaysSinceLastUse", "Days Since Last Use", "Days since the run before.", "2"],
      ["hour_of_day", "a.HourOfDay", "Hour of Day", "Hour of the launch, 0 to 23.", "16"],
      ["day_of_week", "a.DayOfWeek", "Day of Week", "Day of the launch, 1 (Sunday) to 7.", "2"],
      ["days_since_upgrade", "a.DaysSinceLastUpgrade", "Days Since Last Upgrade", "Days since the upgrade.", "3"],
      ["launches_since_upgrade", "a.LaunchesSinceUpgrade", "Launches Since Upgrade", "Launches since it.", "4"],
      ["action_time_total", "a.action.time.total", "Action Time", "Seconds that the timed action took.", "30"],
      ["action_time_in_app", "a.action.time.inapp", "Action Time in App", "Seconds of it in the app.", "25"],
      ["lifetime_value", "a.ltv.amount", "Lifetime Value", "Value of the user; N/A where not shared.", "120.00"],
      ["location_distance", "a.loc.dist", "Distance", "Metres from the point of interest.", "40"],
    ] satisfies readonly ContextRow[]
  ).map(contextMacro("number")),
  ...(["lat", "lon"] as const).flatMap((axis) =>
    (["a", "b", "c"] as const).map((part, index) => {
      const what = axis === "lat" ? "Latitude" : "Longitude";
      const row: ContextRow = [
        `location_${axis}_${part}`,
        `a.loc.${axis}.${part}`,
        `${what}, Part ${index + 1}`,
        `Part ${index + 1} of 3 of the ${what.toLowerCase()}.`,
        "040.76",
      ];
      return contextMacro("text", true)(row);
    }),
  ),
];

const allAsQuery = (view: EventView): string | null => {
  let query = "";
  for (const key of view.contextKeys()) {
    const value = view.context(key);
    if (value !== null) query += `${query === "" ? "" : "&"}${encodeUrl(key)}=${encodeUrl(value)}`;
  }
  return query === "" ? null : query;
};

const allAsJson = (view: EventView): string | null => {
  let members = "";
  for (const key of view.contextKeys()) {
    const value = view.context(key);
    if (value === null) continue;
    members += `${members === "" ? "" : ","}"${encodeJsonString(key)}":"${encodeJsonString(value)}"`;
  }
  return members === "" ? null : `{${members}}`;
};

export const contextMacros: readonly Macro[] = [
  ...lifecycleMacros,
  defineMacro("all_url", {
    source: "sdk",
    isPersonal: true,
    encoding: "kept_query",
    label: "All Context Data, URL",
    meaning: "All context data as name=value pairs, percent-encoded already: only a query or a form takes it.",
    example: "a.OSVersion=17.5.1&user.name=bob",
    spellings: { adobe: ["%all_url%"] },
    read: allAsQuery,
  }),
  defineMacro("all_json", {
    source: "sdk",
    form: "json",
    isPersonal: true,
    label: "All Context Data, JSON",
    meaning: "All context data as a JSON object, every value a string.",
    example: '{"a.OSVersion":"17.5.1","user.name":"bob"}',
    spellings: { adobe: ["%all_json%"] },
    read: allAsJson,
  }),
];
