import { runCommandLine } from "#src/cli/run-command-line.ts";
import { recordedTerminal } from "./recorded-terminal.ts";
import { type HeardRequest, openScriptedServer, type ScriptedAnswer } from "./scripted-server.ts";

/** Runs one command against a server whose answers are a function of the request. Waits end at once. */
export const runCommand = async (
  argv: readonly string[],
  answer: (request: HeardRequest, earlier: number) => ScriptedAnswer,
  stdin = "",
) => {
  const server = await openScriptedServer(answer);
  const terminal = recordedTerminal(stdin);
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    after: (_delayMs: number, run: () => void) => {
      setImmediate(run);
      return () => {};
    },
  };
  const environment = { CAROM_URL: server.url, CAROM_KEY: "k" };
  const exit = await runCommandLine(argv, {
    terminal,
    clock,
    environment,
    interrupted: new AbortController().signal,
  });
  await server.close();
  return { exit, heard: server.heard, printed: terminal.printed, told: terminal.told };
};
