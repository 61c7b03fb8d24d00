import { didYouMean } from "#src/contract/did-you-mean.ts";
import { StartRefused } from "#src/main/start-refused.ts";
import type { Command, CommandCall } from "./command.ts";
import { commandTable } from "./command-table.ts";
import type { Exit } from "./exit-codes.ts";
import { commandText, exitCodesText, overviewText, settingsText, usageLine } from "./help-text.ts";
import { parseArguments } from "./parse-arguments.ts";
import { ServerUnclear, ServerUnreachable } from "./server-connection.ts";
import type { Terminal } from "./terminal.ts";

export type CommandSurroundings = Omit<CommandCall, "given">;

/** Finds the command, reads its arguments and runs it. Failures become sentences here and nowhere else. */
export const runCommandLine = async (argv: readonly string[], surroundings: CommandSurroundings): Promise<Exit> => {
  const { terminal } = surroundings;
  const [name = "help", ...rest] = argv;
  if (name === "help" || name === "--help" || name === "-h") return printHelp(rest[0] ?? null, terminal);
  const command = findCommand(name === "--version" || name === "-v" ? "version" : name);
  if (command === null) return unknownCommand(name, terminal);
  const reading = parseArguments(command, rest);
  if (reading.kind === "help") return printLines(commandText(command, terminal), terminal);
  if (reading.kind === "refused") {
    terminal.tell(`carom ${command.name}: ${reading.message}`);
    terminal.tell(terminal.paint("faint", `Usage: ${usageLine(command)}   (--help shows all)`));
    return "usage";
  }
  try {
    const run = await command.load();
    return await run({ given: reading.given, ...surroundings });
  } catch (error) {
    return tellFailure(error, surroundings);
  }
};

const findCommand = (name: string): Command | null => commandTable.find((command) => command.name === name) ?? null;

const printHelp = (topic: string | null, terminal: Terminal): Exit => {
  if (topic === null) return printLines(overviewText(commandTable, terminal), terminal);
  if (topic === "settings") return printLines(settingsText(terminal), terminal);
  if (topic === "exit-codes") return printLines(exitCodesText(terminal), terminal);
  const command = findCommand(topic);
  return command === null ? unknownCommand(topic, terminal) : printLines(commandText(command, terminal), terminal);
};

const printLines = (lines: readonly string[], terminal: Terminal): Exit => {
  for (const line of lines) terminal.print(line);
  return "ok";
};

const unknownCommand = (name: string, terminal: Terminal): Exit => {
  const names = commandTable.map((command) => command.name);
  terminal.tell(`carom: there is no command "${name}"${didYouMean(name, names, (near) => `\`carom ${near}\``)}`);
  terminal.tell(terminal.paint("faint", "`carom help` lists all commands."));
  return "usage";
};

const tellFailure = (error: unknown, surroundings: CommandSurroundings): Exit => {
  const { terminal, interrupted } = surroundings;
  if (interrupted.aborted) return "interrupted";
  terminal.tell(`${terminal.paint("bad", "error")}  ${failureSentence(error)}`);
  if (error instanceof ServerUnclear) return "usage";
  return error instanceof ServerUnreachable ? "unreachable" : "failed";
};

/** The message, and the messages of its causes where they say something new. */
const failureSentence = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const file = fileSentence(error);
  if (file !== null) return file;
  if (error.cause === undefined || error instanceof StartRefused) return error.message;
  const cause = failureSentence(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`;
};

const fileSentences = {
  ENOENT: "there is no such file",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
} as const;
const isFileCode = (code: unknown): code is keyof typeof fileSentences =>
  typeof code === "string" && code in fileSentences;

const fileSentence = (error: Error): string | null => {
  if (!("code" in error && "path" in error && isFileCode(error.code))) return null;
  return `${String(error.path)}: ${fileSentences[error.code]}`;
};
