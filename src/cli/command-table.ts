import type { Command } from "./command.ts";
import { configurationCommands } from "./configuration-commands.ts";
import { eventCommands } from "./event-commands.ts";
import { importCommand } from "./import-command.ts";
import { operatingCommands } from "./operating-commands.ts";
import { postbackCommands } from "./postback-commands.ts";
import { renderCommand } from "./render-command.ts";
import { runtimeCommands } from "./runtime-commands.ts";

/** Every command, in the order of the help. */
export const commandTable: readonly Command[] = [
  ...runtimeCommands,
  ...eventCommands,
  ...postbackCommands,
  renderCommand,
  ...configurationCommands,
  importCommand,
  ...operatingCommands,
];
