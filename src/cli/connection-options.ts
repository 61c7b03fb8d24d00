import type { CommandOption } from "./command.ts";

/** Options of every command that speaks to a server. */
export const connectionOptions = {
  data: {
    kind: "text",
    value: "folder",
    meaning: "Data folder of the server on this machine (default: CAROM_DATA, else ./data)",
  },
  url: { kind: "text", value: "url", meaning: "Address of a server elsewhere (default: CAROM_URL)" },
  key: { kind: "text", value: "key", meaning: "Key for --url; better in CAROM_KEY, where `ps` does not show it" },
  json: { kind: "flag", meaning: "Print JSON, for machines" },
} as const satisfies Readonly<Record<string, CommandOption>>;
