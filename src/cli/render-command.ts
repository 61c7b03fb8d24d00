import type { Command } from "./command.ts";

export const renderCommand: Command = {
  name: "render",
  summary: "Show the request that a template makes of an event",
  description: [
    "Renders by the same functions as the server, and needs none: nothing is stored or sent. Every macro is shown with where its value comes from, its place and how it is encoded there; secrets by name only. A URL without --dialect is read as whichever it is likely written in, and every change to it is shown.",
  ],
  positionals: [{ name: "event", required: true, meaning: "JSON file with one event; - reads standard input" }],
  options: {
    template: {
      kind: "text",
      short: "t",
      value: "file",
      meaning: "Template, as in a configuration (.yaml, .yml, .json)",
    },
    url: { kind: "text", value: "url", meaning: "Or a URL with macros" },
    dialect: {
      kind: "text",
      value: "name",
      meaning: "How the macros of --url are written: appsflyer, leanplum, adobe or carom",
    },
    parameters: { kind: "text", value: "pairs", meaning: "What an integration fills in: host=p.example&account=5" },
    "partner-event": { kind: "text", value: "name", meaning: "The partner's name of the event (default: its own)" },
    "data-sharing": {
      kind: "text",
      value: "level",
      meaning: "none, values_without_revenue or values_and_revenue (default)",
    },
    json: { kind: "flag", meaning: "Print JSON, for machines" },
  },
  examples: [
    { line: "carom render purchase.json --template template.yaml", meaning: "before it goes into the configuration" },
    {
      line: "carom render purchase.json --url 'https://p.example/?e=__EVENT_NAME__'",
      meaning: "a URL from a partner's page",
    },
  ],
  load: async () => (await import("./commands/render.ts")).runRender,
};
