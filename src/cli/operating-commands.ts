import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";

const pausePositionals: Command["positionals"] = [
  { name: "level", required: false, meaning: "everything, app, partner or receiver" },
  { name: "id", required: false, meaning: "Id of the app, partner or receiver" },
];

export const operatingCommands: readonly Command[] = [
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
    name: "audit",
    summary: "Show who did what: changes of the configuration, keys, secrets, erasures, pauses, replays",
    description: [
      "The newest last. What was there before and after a change is in --json. Keys of the role editor see the configuration's changes alone.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      kind: {
        kind: "text",
        value: "kind",
        meaning: "partner, app, rule, …; or key, secret, erasure, pause, replay, …",
      },
      resource: { kind: "text", value: "key", meaning: "One thing, as it is shown: partner/<id>, key/<id>" },
      app: { kind: "text", value: "app_id", meaning: "Only of this app" },
      account: { kind: "text", value: "account_id", meaning: "Only of this account" },
      by: { kind: "text", value: "name", meaning: "Only by this key or person; local is the data folder's socket" },
      from: { kind: "text", value: "time", meaning: "At or after this time (RFC 3339)" },
      to: { kind: "text", value: "time", meaning: "Before this time" },
      last: { kind: "integer", short: "n", value: "count", meaning: "So many of the newest (default 50, at most 500)" },
    },
    examples: [
      { line: "carom audit --kind key", meaning: "who made and removed keys?" },
      { line: "carom audit --app com.example.game --json", meaning: "all of one app, with before and after" },
    ],
    load: async () => (await import("./commands/audit.ts")).runAudit,
  },
  {
    name: "notices",
    summary: "Tell people of failing receivers, growing dead and silence",
    description: [
      "Without arguments: what is wrong now, and who is told. A notice goes out when a trouble lasts, again each day as long as it does, and once when it is over. Kinds: receiver_failing, receiver_paused, dead_growing, silence, intake_refusing, secret_unset.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "list (default), add, test or remove" },
      { name: "id", required: false, meaning: "Id of the notice to test or remove" },
    ],
    options: {
      ...connectionOptions,
      webhook: { kind: "text", value: "url", meaning: "Where to POST, as Standard Webhooks says" },
      secret: { kind: "text", value: "name", meaning: "Named secret that signs" },
      mail: { kind: "text", value: "address", meaning: "Where to mail; the server needs CAROM_MAIL_URL" },
      kinds: { kind: "text", value: "kinds", meaning: "Which, by commas; by default all" },
      app: { kind: "text", value: "app_id", meaning: "Only of this app" },
      name: { kind: "text", value: "name", meaning: "What it is for" },
    },
    examples: [
      { line: "carom notices add --webhook https://ops.example/carom --secret ops_key", meaning: "signed" },
      { line: "carom notices test notice_5f0c…", meaning: "does it get there?" },
    ],
    load: async () => (await import("./commands/notices.ts")).runNotices,
  },
  {
    name: "rates",
    summary: "Exchange rates: revenue in USD, or in the currency of an integration",
    description: [
      "Takes the European Central Bank's reference rates as it publishes them: `eurofxref-hist.csv` (unpacked), or its XML of one day, ninety days or all. They are in force at once. Without an action it lists the newest.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "list (default) or import" },
      { name: "file", required: false, meaning: "The ECB's CSV or XML; `-` for standard input" },
    ],
    options: { ...connectionOptions },
    examples: [{ line: "carom rates import eurofxref-hist.csv", meaning: "once a day, from a timer" }],
    load: async () => (await import("./commands/rates.ts")).runRates,
  },
  {
    name: "erase",
    summary: "Erase one person's data: events, postbacks, answers, install records",
    description: [
      "What waits for the person is cancelled first. Events stay as counts, without anything that was said about the person; backups made before keep it. Shows what it found and asks; --yes answers for you. What is in flight is told of: run it again then.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      user: { kind: "text", value: "id", meaning: "An advertising, device or customer id" },
      install: { kind: "text", value: "install_id", meaning: "An install id" },
      app: { kind: "text", value: "app_id", meaning: "Only in this app" },
      linked: { kind: "flag", meaning: "Also what the id leads to: install and user ids of the same events" },
      "dry-run": { kind: "flag", meaning: "Find, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [{ line: "carom erase --user bob@example.com --linked --dry-run", meaning: "how much is there?" }],
    load: async () => (await import("./commands/erase.ts")).runErase,
  },
  {
    name: "backup",
    summary: "Copy everything while the server runs",
    description: [
      "The copy is consistent and leaves the encryption key out: keep that one elsewhere. Done on the server's machine only, through its data folder: with CAROM_URL set it asks for --data.",
    ],
    positionals: [
      { name: "target", required: true, meaning: "File to write on the server's machine; it must not exist yet" },
    ],
    options: { data: connectionOptions.data, json: connectionOptions.json },
    examples: [{ line: "carom backup /backups/carom-monday.db", meaning: "events keep coming in meanwhile" }],
    load: async () => (await import("./commands/backup.ts")).runBackup,
  },
  {
    name: "compact",
    summary: "Write data.db anew while the server is stopped",
    description: [
      "No copy of anything that was erased or has passed its time stays in the file, and it is as small as it can be. The new file is written beside the old one, which takes as much room on the disk as it holds, and some minutes for many gigabytes; whatever interrupts it, the old file stays.",
    ],
    positionals: [],
    options: { data: connectionOptions.data, json: connectionOptions.json },
    examples: [{ line: "carom compact --data /var/lib/carom", meaning: "after erasures in a large folder" }],
    load: async () => (await import("./commands/compact.ts")).runCompact,
  },
  {
    name: "rotate-key",
    summary: "Make a new encryption key and seal every secret with it",
    description: [
      "While the server runs, where the key is `encryption.key` in the data folder. A key that comes from the environment is rotated there: start once with the new one as CAROM_ENCRYPTION_KEY and the old one as CAROM_ENCRYPTION_KEY_PREVIOUS. Done on the server's machine only, through its data folder: with CAROM_URL set it asks for --data.",
    ],
    positionals: [],
    options: { data: connectionOptions.data, json: connectionOptions.json },
    examples: [{ line: "carom rotate-key", meaning: "somebody who knew the key has left" }],
    load: async () => (await import("./commands/rotate-key.ts")).runRotateKey,
  },
  {
    name: "doctor",
    summary: "Check this machine, the settings and the server",
    description: [
      "Run it on the server's machine: with --url it asks that server, and says of all else what this machine and this shell have.",
    ],
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
