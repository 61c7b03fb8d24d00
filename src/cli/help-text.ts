import { clientVariables, describeSettings } from "#src/main/config.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { textTable, wrapped } from "./text-table.ts";

/** `carom help`: every command on a line. */
export const overviewText = (commands: readonly Command[], terminal: Terminal): readonly string[] => [
  `${terminal.paint("strong", "Carom")}: a self-hosted postback server.`,
  "",
  "Usage: carom <command> [options]",
  "",
  ...indented(textTable(commands.map((command) => [terminal.paint("name", command.name), command.summary]))),
  "",
  "Begin with `carom quickstart`. `carom <command> --help` shows options and examples,",
  "`carom help settings` the settings of the environment, `carom help exit-codes` what scripts can rely on.",
];

/** `carom <command> --help`. */
export const commandText = (command: Command, terminal: Terminal): readonly string[] => [
  `${terminal.paint("strong", `carom ${command.name}`)}: ${command.summary}`,
  "",
  `Usage: ${usageLine(command)}`,
  ...command.description.flatMap((paragraph) => ["", ...wrapped(paragraph, 96)]),
  ...section(
    "Arguments",
    terminal,
    command.positionals.map((positional) => [`<${positional.name}>`, positional.meaning]),
  ),
  ...section(
    "Options",
    terminal,
    Object.entries(command.options).map(([name, option]) => [
      `${option.short === undefined ? "" : `-${option.short}, `}--${name}${option.kind === "flag" ? "" : ` <${option.value ?? option.kind}>`}`,
      option.meaning,
    ]),
  ),
  "",
  terminal.paint("strong", "Examples"),
  ...command.examples.flatMap((example) => [`  ${example.line}`, `      ${terminal.paint("faint", example.meaning)}`]),
];

export const settingsText = (terminal: Terminal): readonly string[] => [
  terminal.paint("strong", "Settings of the environment"),
  ...describeSettings().flatMap((setting) => [
    "",
    `${terminal.paint("name", setting.variable)}  ${terminal.paint("faint", defaultWords(setting))}`,
    ...indented(wrapped(setting.meaning, 94)),
  ]),
  "",
  terminal.paint("strong", "Of the command line only"),
  ...Object.entries(clientVariables).flatMap(([variable, meaning]) => [
    "",
    terminal.paint("name", variable),
    `  ${meaning}`,
  ]),
];

export const exitCodesText = (terminal: Terminal): readonly string[] => [
  terminal.paint("strong", "Exit codes"),
  "",
  ...indented(textTable(Object.values(exitCodes).map((exit) => [String(exit.code), exit.meaning]))),
];

export const usageLine = (command: Command): string =>
  [
    `carom ${command.name}`,
    ...command.positionals.map((positional) => (positional.required ? `<${positional.name}>` : `[${positional.name}]`)),
    ...(Object.keys(command.options).length === 0 ? [] : ["[options]"]),
  ].join(" ");

const defaultWords = (setting: { readonly defaultText: string | null; readonly unit: string | null }): string => {
  if (setting.defaultText === null || setting.defaultText === "") return "not set by default";
  return `${setting.defaultText}${setting.unit === null || setting.unit === "port" ? "" : ` ${setting.unit}`} by default`;
};

const section = (title: string, terminal: Terminal, rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : ["", terminal.paint("strong", title), ...indented(textTable(rows))];

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === "" ? "" : `  ${line}`));
