import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";
import { postbackFilterOptions } from "./postback-filter-options.ts";

export const backfillCommand: Command = {
  name: "backfill",
  summary: "Send stored events that were skipped, by today's configuration",
  description: [
    "Counts first and asks; --yes answers for you. Each event goes to each partner once: what the partner has had a postback for is left out.",
  ],
  positionals: [],
  options: {
    ...connectionOptions,
    ...postbackFilterOptions,
    reason: { kind: "text", value: "reason", meaning: "Only events that were skipped for this reason: not_mapped, …" },
    rate: { kind: "number", value: "postbacks", meaning: "At most so many a second; 0.5 is one every two seconds" },
    "dry-run": { kind: "flag", meaning: "Count, and do nothing" },
    yes: { kind: "flag", short: "y", meaning: "Do not ask" },
  },
  examples: [
    {
      line: "carom backfill --partner example_network --event purchase --from 2026-01-14T00:00:00Z --dry-run",
      meaning: "how many would go, now that it is mapped?",
    },
    {
      line: "carom backfill --partner example_network --event purchase --reason not_mapped --rate 100 --yes",
      meaning: "send them, slowly",
    },
  ],
  load: async () => (await import("./commands/backfill.ts")).runBackfill,
};
