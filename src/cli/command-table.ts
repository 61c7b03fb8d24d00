import { backfillCommand } from "./backfill-command.ts";
import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";
import { diffCommand, simulateCommand } from "./draft-commands.ts";
import { postbackFilterOptions } from "./postback-filter-options.ts";
import { renderCommand } from "./render-command.ts";
import { reportCommand } from "./report-command.ts";

const serveOptions: Command["options"] = {
  data: {
    kind: "text",
    value: "folder",
    meaning: "Data folder, made where it is missing (CAROM_DATA, default ./data)",
  },
  port: {
    kind: "integer",
    short: "p",
    value: "port",
    meaning: "TCP port (CAROM_PORT, default 8080); 0 takes a free one",
  },
  host: { kind: "text", value: "address", meaning: "Address to listen on (CAROM_HOST, default 127.0.0.1)" },
  "log-level": {
    kind: "text",
    value: "level",
    meaning: "debug adds one line for each attempt (CAROM_LOG_LEVEL, default info)",
  },
};

const runtimeCommands: readonly Command[] = [
  {
    name: "quickstart",
    summary: "Start a demo: server, app, partner, receiver, first postbacks",
    description: [
      "Starts a server on a fresh temporary folder, configures a demo app and a demo partner, sends sample events over its real HTTP intake and shows each postback as the partner's receiver heard it, and each skip with its reason. It stays up until Ctrl-C, and needs nothing but this machine.",
    ],
    positionals: [],
    options: {
      data: { kind: "text", value: "folder", meaning: "Keep the data in this folder instead of a temporary one" },
      port: {
        kind: "integer",
        short: "p",
        value: "port",
        meaning: "TCP port (default 8080, or a free one where that is taken)",
      },
      exit: { kind: "flag", meaning: "End after the samples: exit code 0 when all of them did what they should" },
      json: { kind: "flag", meaning: "Print one JSON line for each sample, for machines" },
    },
    examples: [
      { line: "carom quickstart", meaning: "the whole way of an event, on one screen" },
      { line: "carom quickstart --exit", meaning: "the same as a check: in CI, after an upgrade" },
    ],
    load: async () => (await import("./commands/quickstart.ts")).runQuickstart,
  },
  {
    name: "serve",
    summary: "Run the server",
    description: [
      "One process and one folder of data. Settings come from the environment (`carom help settings`) and from the options here. SIGTERM or Ctrl-C stops it in order; a second one at once.",
    ],
    positionals: [],
    options: serveOptions,
    examples: [
      { line: "carom serve", meaning: "on http://127.0.0.1:8080, with ./data" },
      { line: "carom serve --data /var/lib/carom --host 0.0.0.0", meaning: "reachable from other machines" },
    ],
    load: async () => (await import("./commands/serve.ts")).runServe,
  },
];

const eventCommands: readonly Command[] = [
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
      "Every integration of the event's app with every step of its decision: what was expected, what was there, and where that is set. Takes the id of a stored event, Carom's or your own (as it was decided then, with what became of its postbacks, or with --now by today's catalog), or a file with an event that nobody has sent.",
    ],
    positionals: [
      { name: "event", required: true, meaning: "Id of an event, or a JSON file with one; - reads standard input" },
    ],
    options: {
      ...connectionOptions,
      app: { kind: "text", value: "app_id", meaning: "App of the event, where several apps know its id" },
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

const postbackCommands: readonly Command[] = [
  {
    name: "postback",
    summary: "Show one postback: its request, its attempts, what holds it",
    description: [],
    positionals: [{ name: "id", required: true, meaning: "Id of the postback, as `carom tail` shows it" }],
    options: { ...connectionOptions },
    examples: [
      {
        line: "carom postback 019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10-d6fc8a7ee391",
        meaning: "what was sent, and what came back?",
      },
    ],
    load: async () => (await import("./commands/postback.ts")).runPostback,
  },
  {
    name: "redeliver",
    summary: "Make a new postback of an old one, and send it",
    description: [
      "The old one stays as it ended; the new one has an id of its own. As sent, the request is the same byte for byte; with `--render current` it is made anew by today's templates, and the difference is shown.",
    ],
    positionals: [{ name: "id", required: true, meaning: "Id of the postback" }],
    options: {
      ...connectionOptions,
      render: { kind: "text", value: "how", meaning: "as_sent (default), or current: by today's templates" },
    },
    examples: [
      {
        line: "carom redeliver 019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10-d6fc8a7ee391 --render current",
        meaning: "once more, by the template that was mended",
      },
    ],
    load: async () => (await import("./commands/postback.ts")).runRedeliver,
  },
  {
    name: "cancel",
    summary: "Cancel waiting postbacks",
    description: [
      "Counts first and asks; --yes answers for you. What is in flight keeps its attempt. What was cancelled cannot be replayed, only redelivered one by one.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      ...postbackFilterOptions,
      "dry-run": { kind: "flag", meaning: "Count, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [{ line: "carom cancel --partner example_network --dry-run", meaning: "how many wait?" }],
    load: async () => (await import("./commands/cancel.ts")).runCancel,
  },
  {
    name: "rerender",
    summary: "Render waiting postbacks anew, by today's templates",
    description: [
      "After a mistake: mend the configuration, then render what has not been sent. Shows what would change first and asks; --yes answers for you. What is in flight keeps the request that is under way; what today's catalog does not make, or cannot render, is left as it is.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      ...postbackFilterOptions,
      "dry-run": { kind: "flag", meaning: "Count and show examples, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [{ line: "carom rerender --partner example_network --dry-run", meaning: "what would change?" }],
    load: async () => (await import("./commands/rerender.ts")).runRerender,
  },
];

const configurationCommands: readonly Command[] = [
  diffCommand,
  simulateCommand,
  {
    name: "apply",
    summary: "Put a configuration in force",
    description: [
      "Takes the whole configuration as one YAML or JSON document. It is checked as a whole and applied as a whole: with one mistake in it, nothing changes. Mistakes are shown with their line.",
    ],
    positionals: [
      { name: "file", required: true, meaning: "Document (.yaml, .yml or .json); - reads standard input as YAML" },
    ],
    options: { ...connectionOptions, "dry-run": { kind: "flag", meaning: "Check, and change nothing" } },
    examples: [
      { line: "carom apply carom.yaml --dry-run", meaning: "is it right? For a pull request" },
      { line: "carom apply carom.yaml", meaning: "put it in force" },
    ],
    load: async () => (await import("./commands/apply.ts")).runApply,
  },
  {
    name: "export",
    summary: "Print the configuration in force",
    description: [],
    positionals: [],
    options: { ...connectionOptions },
    examples: [
      { line: "carom export > carom.yaml", meaning: "to keep it in git" },
      { line: "carom export --json", meaning: "as JSON" },
    ],
    load: async () => (await import("./commands/export.ts")).runExport,
  },
  {
    name: "keys",
    summary: "Make, list and remove API keys",
    description: [
      "`add` shows the key once; only its hash is stored. An ingest key speaks for one app, a management key for everything.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "add, list (default) or remove" },
      { name: "id", required: false, meaning: "Id of the key to remove" },
    ],
    options: {
      ...connectionOptions,
      kind: { kind: "text", value: "kind", meaning: "ingest (default) or management" },
      app: { kind: "text", value: "app_id", meaning: "App of an ingest key" },
      name: { kind: "text", value: "name", meaning: "What it is for" },
    },
    examples: [
      { line: "carom keys add --kind management --name ops", meaning: "the first key of a new server" },
      { line: "carom keys add --app com.example.game --name backend", meaning: "a key that sends events" },
      { line: "carom keys remove 5f0c…", meaning: "from now on it is unknown" },
    ],
    load: async () => (await import("./commands/keys.ts")).runKeys,
  },
  {
    name: "secrets",
    summary: "Set, list and remove named secrets",
    description: [
      "Values are read from standard input, never from the command line, and are stored sealed. Templates name them; they are put in when a postback is sent.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "set, list (default) or remove" },
      { name: "name", required: false, meaning: "Name of the secret" },
    ],
    options: { ...connectionOptions },
    examples: [
      { line: "carom secrets set network_token < token.txt", meaning: "from a file" },
      { line: "carom secrets list", meaning: "names only" },
    ],
    load: async () => (await import("./commands/secrets.ts")).runSecrets,
  },
];

const pausePositionals: Command["positionals"] = [
  { name: "level", required: false, meaning: "everything, app, partner or receiver" },
  { name: "id", required: false, meaning: "Id of the app, partner or receiver" },
];

const operatingCommands: readonly Command[] = [
  {
    name: "pause",
    summary: "Hold postbacks of a receiver, a partner, an app or everything",
    description: [
      "What is held costs no attempt and is sent after `carom resume`. Events are taken as ever. Without arguments it lists what is paused.",
    ],
    positionals: pausePositionals,
    options: { ...connectionOptions },
    examples: [
      { line: "carom pause partner example_network", meaning: "while the network mends its endpoint" },
      { line: "carom pause everything", meaning: "nothing leaves this server" },
      { line: "carom pause", meaning: "what is paused now?" },
    ],
    load: async () => (await import("./commands/pause.ts")).runPause,
  },
  {
    name: "resume",
    summary: "Let held postbacks go",
    description: [],
    positionals: pausePositionals,
    options: {
      ...connectionOptions,
      rate: {
        kind: "number",
        value: "postbacks",
        meaning: "At most so many a second to each receiver while it catches up",
      },
    },
    examples: [{ line: "carom resume partner example_network --rate 50", meaning: "gently" }],
    load: async () => (await import("./commands/pause.ts")).runResume,
  },
  {
    name: "backup",
    summary: "Copy everything while the server runs",
    description: ["The copy is consistent and leaves the encryption key out: keep that one elsewhere."],
    positionals: [
      { name: "target", required: true, meaning: "File to write on the server's machine; it must not exist yet" },
    ],
    options: { data: connectionOptions.data, json: connectionOptions.json },
    examples: [{ line: "carom backup /backups/carom-monday.db", meaning: "events keep coming in meanwhile" }],
    load: async () => (await import("./commands/backup.ts")).runBackup,
  },
  {
    name: "doctor",
    summary: "Check this machine, the settings and the server",
    description: [],
    positionals: [],
    options: { ...connectionOptions },
    examples: [{ line: "carom doctor", meaning: "before the first start, and when something is odd" }],
    load: async () => (await import("./commands/doctor.ts")).runDoctor,
  },
  {
    name: "version",
    summary: "Print the version",
    description: [],
    positionals: [],
    options: { json: connectionOptions.json },
    examples: [{ line: "carom version", meaning: "Carom's, and that of the runtime" }],
    load: async () => (await import("./commands/version.ts")).runVersion,
  },
];

/** Every command, in the order of the help. */
export const commandTable: readonly Command[] = [
  ...runtimeCommands,
  ...eventCommands,
  ...postbackCommands,
  renderCommand,
  ...configurationCommands,
  ...operatingCommands,
];
