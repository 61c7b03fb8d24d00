import type { Command } from "./command.ts";

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

export const runtimeCommands: readonly Command[] = [
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
  {
    name: "bench",
    summary: "A quick look at how fast this machine is with Carom",
    description: [
      "Starts a server on a fresh temporary folder, with the defaults of all settings, and a receiver that counts. Sends batches as fast as they are taken, then 1,000 single events a second, and checks off every accepted event at the receiver. Ends with 1 when one is missing. A running server is not touched.",
    ],
    positionals: [],
    options: {
      seconds: { kind: "integer", value: "seconds", meaning: "How long it sends, in all (default 30)" },
      json: { kind: "flag", meaning: "Print the figures as one JSON line, for machines" },
    },
    examples: [
      { line: "carom bench", meaning: "accepted and delivered a second, and latency at 1,000 events a second" },
      { line: "carom bench --seconds 10 --json", meaning: "a shorter look, for a script" },
    ],
    load: async () => (await import("./commands/bench.ts")).runBench,
  },
];
