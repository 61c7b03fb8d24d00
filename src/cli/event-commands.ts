import { backfillCommand } from "./backfill-command.ts";
import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";
import { postbackFilterOptions } from "./postback-filter-options.ts";
import { reportCommand } from "./report-command.ts";

export const eventCommands: readonly Command[] = [
  {
    name: "send",
    summary: "Send events from a file or standard input",
    description: [
      "Takes one event, a JSON array, or NDJSON (one event a line), gzipped or not, and sends it in batches. Where the server is busy (429, 503) it waits as long as it is told to and goes on; nothing is sent twice that was acknowledged.",
    ],
    positionals: [{ name: "file", required: false, meaning: "File of events; none or - reads standard input" }],
    options: {
      ...connectionOptions,
      app: { kind: "text", value: "app_id", meaning: "App of events that do not name theirs" },
      batch: { kind: "integer", value: "events", meaning: "Events in one request (default 500, at most 1000)" },
      rate: { kind: "integer", value: "events", meaning: "At most so many events a second" },
    },
    examples: [
      { line: "carom send events.ndjson", meaning: "over the socket of ./data" },
      { line: "zcat old.ndjson.gz | carom send --rate 500", meaning: "from a pipe, slowly" },
      { line: "CAROM_KEY=… carom send events.json --url https://carom.example.com", meaning: "to a server elsewhere" },
    ],
    load: async () => (await import("./commands/send.ts")).runSend,
  },
  {
    name: "explain",
    summary: "Show why an event was sent, or why not",
    description: [
      "Every integration of the event's app with every step of its decision: what was expected, what was there, and where that is set. Takes the id of a stored event, Carom's or your own (as it was decided then, with what became of its postbacks, those of a later backfill or redelivery too, or with --now by today's catalog), or a file with an event that nobody has sent.",
    ],
    positionals: [
      { name: "event", required: true, meaning: "Id of an event, or a JSON file with one; - reads standard input" },
    ],
    options: {
      ...connectionOptions,
      app: {
        kind: "text",
        value: "app_id",
        meaning: "App of the event: where several apps know its id, or the file names none",
      },
      now: { kind: "flag", meaning: "Decide by today's catalog, not as it was then" },
      all: { kind: "flag", meaning: "Show the steps that passed, too" },
    },
    examples: [
      { line: "carom explain 019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10", meaning: "why was this not sent?" },
      { line: "carom explain purchase.json --all", meaning: "what would become of this event?" },
    ],
    load: async () => (await import("./commands/explain.ts")).runExplain,
  },
  {
    name: "tail",
    summary: "Follow events and postbacks as they come",
    description: [],
    positionals: [],
    options: {
      ...connectionOptions,
      app: { kind: "text", value: "app_id", meaning: "Only this app" },
      partner: { kind: "text", value: "partner_id", meaning: "Only postbacks to this partner" },
      last: { kind: "integer", short: "n", value: "count", meaning: "Show so many of the newest first (default 10)" },
      once: { kind: "flag", meaning: "End after those instead of following" },
    },
    examples: [
      { line: "carom tail", meaning: "everything, until Ctrl-C" },
      { line: "carom tail --partner example_network --json | jq .request.url", meaning: "what a partner gets" },
    ],
    load: async () => (await import("./commands/tail.ts")).runTail,
  },
  {
    name: "replay",
    summary: "Put dead postbacks back",
    description: [
      "Counts first and asks; --yes answers for you. The attempts go on with their numbers, the schedule starts anew.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      ...postbackFilterOptions,
      reason: {
        kind: "text",
        value: "reason",
        meaning: "Only those dead for this reason: exhausted, permanent, expired, render_error, sender_crashed",
      },
      render: { kind: "text", value: "how", meaning: "as_sent (default), or current: by today's templates" },
      rate: { kind: "number", value: "postbacks", meaning: "At most so many a second; 0.5 is one every two seconds" },
      "dry-run": { kind: "flag", meaning: "Count, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [
      { line: "carom replay --partner example_network --dry-run", meaning: "how many would go?" },
      {
        line: "carom replay --partner example_network --from 2026-01-14T00:00:00Z --rate 100 --yes",
        meaning: "send them again, slowly",
      },
    ],
    load: async () => (await import("./commands/replay.ts")).runReplay,
  },
  backfillCommand,
  reportCommand,
];
