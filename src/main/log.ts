import { styleText } from "node:util";
import { type Logger, pino } from "pino";
import { eventFields } from "#src/core/events/event-fields.ts";

export type Log = Logger;

type LogOutput = { readonly write: (text: string) => unknown; readonly isTTY?: boolean };

/**
 * The process's log: one object a line, or lines for people. Identifiers of people and everything
 * that opens a door is blacked out wherever a line carries it by its name.
 */
export const openLog = (options: {
  readonly level: string;
  readonly format: "auto" | "json" | "text";
  readonly output: LogOutput;
}): Log => {
  const { output } = options;
  const isText = options.format === "text" || (options.format === "auto" && output.isTTY === true);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    isText ? { write: (line: string) => output.write(`${personLine(line, output.isTTY === true)}\n`) } : output,
  );
};

const doorNames = ["authorization", "cookie", "key", "secret", "password", "token"];
const personalGroups = new Set<string>(["identity"]);
const personalNames = Object.entries(eventFields)
  .filter(([name, field]) => personalGroups.has(field.group) || name === "ip" || name === "user_agent")
  .map(([name]) => name);

const redactedPaths = [...doorNames, ...personalNames].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const levelStyles = {
  fatal: "red",
  error: "red",
  warn: "yellow",
  info: "green",
  debug: "gray",
  trace: "gray",
} as const;
const isLevel = (level: string): level is keyof typeof levelStyles => level in levelStyles;
const leadingMembers = new Set(["level", "time", "msg", "err"]);

/** `12:00:01.234 info  listening  url=http://127.0.0.1:8080` */
const personLine = (line: string, isPainted: boolean): string => {
  const entry: Record<string, unknown> = JSON.parse(line);
  const level = String(entry["level"]);
  const label =
    isPainted && isLevel(level)
      ? styleText(levelStyles[level], level.padEnd(5), { validateStream: false })
      : level.padEnd(5);
  const rest = Object.entries(entry)
    .filter(([name]) => !leadingMembers.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const failure = failureText(entry["err"]);
  return [String(entry["time"]).slice(11, 23), label, String(entry["msg"] ?? ""), ...rest].join(" ") + failure;
};

const failureText = (failure: unknown): string => {
  if (typeof failure !== "object" || failure === null) return "";
  const text = "stack" in failure ? failure.stack : "message" in failure ? failure.message : "";
  return `\n${String(text)}`;
};
