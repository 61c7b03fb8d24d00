import type { Environment } from "#src/main/config.ts";
import type { Exit } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** One command as `--help`, the parser and `docs/reference/cli.md` see it. What it does is loaded only when it is called. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** Sentences under the summary, or none. */
  readonly description: readonly string[];
  readonly positionals: readonly CommandPositional[];
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
  readonly load: () => Promise<RunCommand>;
};

export type CommandPositional = {
  readonly name: string;
  readonly meaning: string;
  readonly required: boolean;
};

export type CommandOption = {
  readonly kind: "flag" | "text" | "integer" | "number";
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly meaning: string;
};

export type RunCommand = (call: CommandCall) => Promise<Exit>;

export type CommandCall = {
  readonly given: GivenArguments;
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly clock: CommandClock;
  /** Aborted by Ctrl-C or SIGTERM; a second signal ends the process at once. */
  readonly interrupted: AbortSignal;
};

/** What was given on the command line, checked against the command's table. Absent is null. */
export type GivenArguments = {
  readonly positional: (index: number) => string | null;
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  /** Of options of kind `integer` and `number`. */
  readonly number: (name: string) => number | null;
};

/** The clock of `ports/`, as far as commands need one. */
export type CommandClock = {
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
};
