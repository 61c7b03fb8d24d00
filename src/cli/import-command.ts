import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";

export const importCommand: Command = {
  name: "import",
  summary: "Make rules of another product's configuration",
  description: [
    "`adobe` reads an ADBMobileConfig.json: messages with the template `callback` become rules of the app, inactive unless --activate. What cannot be taken is told with its place in the file, and the rest is imported.",
    "AppsFlyer has no file of its configuration to export; docs/guide/partners-and-templates.md says how to bring its postback URLs.",
  ],
  positionals: [
    { name: "format", required: true, meaning: "What the file is of: adobe" },
    { name: "file", required: true, meaning: "The file; - reads standard input" },
  ],
  options: {
    ...connectionOptions,
    app: { kind: "text", value: "app_id", meaning: "App that the rules are of" },
    activate: { kind: "flag", meaning: "The rules come in active" },
    replace: { kind: "flag", meaning: "Take the place of rules with the same id" },
    "dry-run": { kind: "flag", meaning: "Tell what would be done, and change nothing" },
  },
  examples: [
    {
      line: "carom import adobe ADBMobileConfig.json --app com.example.game --dry-run",
      meaning: "what becomes of it?",
    },
    { line: "carom import adobe ADBMobileConfig.json --app com.example.game", meaning: "as inactive rules" },
  ],
  load: async () => (await import("./commands/import.ts")).runImport,
};
