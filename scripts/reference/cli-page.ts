import type { Command, CommandOption } from "#src/cli/command.ts";
import { commandTable } from "#src/cli/command-table.ts";
import { exitCodes } from "#src/cli/exit-codes.ts";
import { usageLine } from "#src/cli/help-text.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const cliPage = (): string =>
  markdownPage(
    "Command line",
    "src/cli/command-table.ts and src/cli/exit-codes.ts",
    "In a checkout: `npm run carom -- <command> …`. `carom <command> --help` prints what stands here.",
    markdownTable(
      ["command", "what it does"],
      commandTable.map(({ name, summary }) => [`[${code(name)}](#carom-${name})`, summary]),
    ),
    ...commandTable.flatMap(commandParts),
    "## Exit codes",
    markdownTable(
      ["code", "meaning"],
      Object.values(exitCodes).map((exit) => [String(exit.code), exit.meaning]),
    ),
  );

const commandParts = (command: Command): readonly string[] => [
  `## carom ${command.name}`,
  `${command.summary}.`,
  ...command.description,
  `\`\`\`\n${usageLine(command)}\n\`\`\``,
  ...tableUnless([
    ...command.positionals.map(({ name, meaning }) => [code(`<${name}>`), meaning]),
    ...Object.entries(command.options).map(([name, option]) => [code(optionText(name, option)), option.meaning]),
  ]),
  command.examples.map(({ line, meaning }) => `- ${code(line)}: ${meaning}`).join("\n"),
];

const tableUnless = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [markdownTable(["argument or option", "meaning"], rows)];

const optionText = (name: string, { kind, short, value }: CommandOption): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${kind === "flag" ? "" : ` <${value ?? kind}>`}`;
