import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";

export const reportCommand: Command = {
  name: "report",
  summary: "Count postbacks by day, partner and event",
  description: [
    "Days in UTC, by default the last 30. What ended counts on the day it ended, whenever its event came; what was skipped on the day it was decided.",
  ],
  positionals: [],
  options: {
    ...connectionOptions,
    app: { kind: "text", value: "app_id", meaning: "Only this app" },
    partner: { kind: "text", value: "partner_id", meaning: "Only this partner" },
    event: { kind: "text", value: "event_name", meaning: "Only events with this name" },
    from: { kind: "text", value: "time", meaning: "From this time on (RFC 3339); its day is told whole" },
    to: { kind: "text", value: "time", meaning: "Up to this time" },
    csv: { kind: "flag", meaning: "Print CSV, safe for spreadsheets" },
  },
  examples: [
    { line: "carom report --partner example_network", meaning: "what is on their invoice?" },
    {
      line: "carom report --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --csv > january.csv",
      meaning: "a month",
    },
  ],
  load: async () => (await import("./commands/report.ts")).runReport,
};
