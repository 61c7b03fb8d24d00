import { processEnvironment, readClientEnvironment } from "#src/main/config.ts";
import { processClock } from "#src/main/process-clock.ts";
import { exitCodes } from "./exit-codes.ts";
import { runCommandLine } from "./run-command-line.ts";
import { openTerminal } from "./terminal.ts";

/** The command line as a process: its streams, its signals, its exit code. */
export const runProcess = async (process: NodeJS.Process): Promise<void> => {
  const environment = processEnvironment();
  const terminal = openTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    color: readClientEnvironment(environment).color,
  });
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted.code);
    interruption.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // A reader that has seen enough (`carom tail | head`) closes the pipe; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

  const exit = await runCommandLine(process.argv.slice(2), {
    terminal,
    environment,
    clock: processClock,
    interrupted: interruption.signal,
  });
  process.exitCode = exitCodes[exit].code;
  // What is still open has nothing more to say; a handle that somebody forgot must not keep the process.
  setTimeout(() => process.exit(), lingerMs).unref();
};

const lingerMs = 2_000;
