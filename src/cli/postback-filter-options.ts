import type { CommandOption, GivenArguments } from "./command.ts";

/** Options of commands that do something to many postbacks. */
export const postbackFilterOptions = {
  app: { kind: "text", value: "app_id", meaning: "Only this app" },
  partner: { kind: "text", value: "partner_id", meaning: "Only this partner" },
  event: { kind: "text", value: "event_name", meaning: "Only of events with this name" },
  from: { kind: "text", value: "time", meaning: "Only of events that arrived at or after this time (RFC 3339)" },
  to: { kind: "text", value: "time", meaning: "Only of events that arrived before this time" },
} as const satisfies Readonly<Record<string, CommandOption>>;

export const postbackFilterOf = (given: GivenArguments): Readonly<Record<string, string>> => ({
  ...member("app_id", given.text("app")),
  ...member("partner_id", given.text("partner")),
  ...member("event_name", given.text("event")),
  ...member("from", given.text("from")),
  ...member("to", given.text("to")),
});

export const member = (name: string, value: string | null): Readonly<Record<string, string>> =>
  value === null ? {} : { [name]: value };
