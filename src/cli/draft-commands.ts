import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";

const draftFile: Command["positionals"] = [
  { name: "file", required: true, meaning: "Document (.yaml, .yml or .json); - reads standard input as YAML" },
];

export const diffCommand: Command = {
  name: "diff",
  summary: "Show what `carom apply` would change",
  description: [
    "Checks the document as `carom apply` does and holds it against the configuration in force: what it adds (+), removes (-, with --prune) and changes (~), by id, with each field before and after. Of a YAML file that was exported, what was changed on the server since then is named, and by whom. Nothing is changed. Exit code 0 where `carom apply` would change nothing, 6 where it would.",
  ],
  positionals: draftFile,
  options: {
    ...connectionOptions,
    prune: { kind: "flag", meaning: "As `carom apply --prune` would: what the document lacks is removed" },
  },
  examples: [
    { line: "carom diff carom.yaml", meaning: "before `carom apply`" },
    { line: "carom diff carom.yaml --json | jq .differences", meaning: "the same, for a script" },
  ],
  load: async () => (await import("./commands/diff.ts")).runDiff,
};

export const simulateCommand: Command = {
  name: "simulate",
  summary: "Show what a configuration would have done with stored events",
  description: [
    "The server decides stored events by the configuration in force and by the document, and tells what would be newly sent, no longer sent, or sent with another content. Nothing is sent and nothing is changed. Ctrl-C stops it on the server, too.",
  ],
  positionals: draftFile,
  options: {
    ...connectionOptions,
    prune: { kind: "flag", meaning: "As `carom apply --prune` would: what the document lacks is taken out" },
    app: { kind: "text", value: "app_id", meaning: "Only events of this app" },
    event: { kind: "text", value: "event_name", meaning: "Only events with this name" },
    from: { kind: "text", value: "time", meaning: "Only events that arrived at or after this time (RFC 3339)" },
    to: { kind: "text", value: "time", meaning: "Only events that arrived before this time" },
    examples: { kind: "integer", value: "count", meaning: "Show so many examples of each change (default 3)" },
  },
  examples: [
    { line: "carom simulate carom.yaml --from 2026-01-14T00:00:00Z", meaning: "what would it have done since then?" },
    {
      line: "carom simulate carom.yaml --app com.example.game --json | jq .counts",
      meaning: "the counts, for a script",
    },
  ],
  load: async () => (await import("./commands/simulate.ts")).runSimulate,
};
