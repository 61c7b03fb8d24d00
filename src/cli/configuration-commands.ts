import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";
import { diffCommand, simulateCommand } from "./draft-commands.ts";

export const configurationCommands: readonly Command[] = [
  diffCommand,
  simulateCommand,
  {
    name: "apply",
    summary: "Put a configuration in force",
    description: [
      "Takes the configuration as one YAML or JSON document. It is checked as a whole and applied as a whole: with one mistake in it, nothing changes. Mistakes are shown with their line. What the document lacks is kept, unless --prune removes it.",
      "A file that was exported names its revision in its first line: where it would undo what was changed since, that is told, with by whom, and asked about; where nobody can answer it is refused without --force.",
    ],
    positionals: [
      { name: "file", required: true, meaning: "Document (.yaml, .yml or .json); - reads standard input as YAML" },
    ],
    options: {
      ...connectionOptions,
      "dry-run": { kind: "flag", meaning: "Check, and change nothing" },
      prune: { kind: "flag", meaning: "Remove what the document lacks, and cancel what waits for it" },
      force: { kind: "flag", meaning: "Also over what others changed after the file was exported" },
      "all-warnings": { kind: "flag", meaning: "Tell warnings about what the document does not hold, too" },
    },
    examples: [
      { line: "carom apply carom.yaml --dry-run", meaning: "is it right? For a pull request" },
      { line: "carom apply carom.yaml", meaning: "put it in force" },
      { line: "carom apply carom.yaml --prune", meaning: "and nothing but it" },
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
    name: "partners",
    summary: "Look at the partners whose requests ship with Carom",
    description: [
      "`add` prints a partner as a catalog file has it under `partners`; its secrets and parameters are told beside it. No server is asked, unless --to-server makes the partner there.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "list (default), show or add" },
      { name: "id", required: false, meaning: "Id of the partner" },
    ],
    options: {
      ...connectionOptions,
      "to-server": { kind: "flag", meaning: "`add`: make the partner on the server" },
      as: { kind: "text", value: "id", meaning: "`add`: its id in the catalog, by default the gallery's" },
    },
    examples: [
      { line: "carom partners show unity_ads", meaning: "what does it ask for?" },
      { line: "carom partners add unity_ads > unity_ads.yaml", meaning: "to edit, and to apply" },
      { line: "carom partners add unity_ads --to-server --as unity_eu", meaning: "made at once" },
    ],
    load: async () => (await import("./commands/partners.ts")).runPartners,
  },
  {
    name: "keys",
    summary: "Make, list, rotate and remove API keys",
    description: [
      "`add` shows the key once; only its hash is stored. An ingest key sends events of one app, an export key reads its log, a management key does what its role may in its account.",
      "`rotate` makes a key like the one named, which goes on for the overlap and then ends.",
    ],
    positionals: [
      { name: "action", required: false, meaning: "add, list (default), rotate or remove" },
      { name: "id", required: false, meaning: "Id of the key to rotate or remove" },
    ],
    options: {
      ...connectionOptions,
      kind: { kind: "text", value: "kind", meaning: "ingest (default), export or management" },
      app: { kind: "text", value: "app_id", meaning: "App of an ingest or export key" },
      name: { kind: "text", value: "name", meaning: "What it is for" },
      account: { kind: "text", value: "account_id", meaning: "Account of a management key; by default main" },
      role: { kind: "text", value: "role", meaning: "viewer, editor, admin or owner (default) of its account" },
      expires: {
        kind: "text",
        value: "time",
        meaning: "When it ends, as RFC 3339; by default not, or with the key that it is rotated from",
      },
      rate: { kind: "text", value: "per_second", meaning: "Events (ingest) or requests a second that it may send" },
      origins: { kind: "text", value: "origins", meaning: "Web origins that may send with an ingest key, by commas" },
      overlap: { kind: "text", value: "duration", meaning: "How long a rotated key goes on; by default 24h" },
    },
    examples: [
      { line: "carom keys add --kind management --name ops", meaning: "the first key of a new server" },
      { line: "carom keys add --app com.example.game --name backend", meaning: "a key that sends events" },
      { line: "carom keys add --kind management --account acme --role editor", meaning: "for people of one account" },
      { line: "carom keys rotate key_5f0c… --overlap 7d", meaning: "the old one goes on for a week" },
      { line: "carom keys remove key_5f0c…", meaning: "from now on it is unknown" },
    ],
    load: async () => (await import("./commands/keys.ts")).runKeys,
  },
  {
    name: "users",
    summary: "Invite people, give them roles, and shut them out",
    description: [
      "People sign in with a password or at an identity provider; whoever is invited gets a link that works once. `invite`, `reset` and `first` print it: hand it on by a way that you trust.",
      "`disable` shuts somebody out of every account and ends their sessions, `remove` takes them out of one.",
    ],
    positionals: [
      {
        name: "action",
        required: false,
        meaning: "list (default), first, invite, role, reset, disable, enable or remove",
      },
      { name: "email", required: false, meaning: "Whom it is about" },
    ],
    options: {
      ...connectionOptions,
      account: { kind: "text", value: "account_id", meaning: "In which account; by default main, and for list all" },
      role: { kind: "text", value: "role", meaning: "viewer (default of invite), editor, admin or owner" },
    },
    examples: [
      { line: "carom users first", meaning: "the link by which the first owner of a new server comes in" },
      { line: "carom users invite ada@example.com --role editor", meaning: "the link for somebody else" },
      { line: "carom users invite bob@agency.example --account bright --role admin", meaning: "into an agency" },
      { line: "carom users reset ada@example.com", meaning: "the link to set another password" },
      { line: "carom users disable ada@example.com", meaning: "out of everything, from the next request on" },
    ],
    load: async () => (await import("./commands/users.ts")).runUsers,
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
