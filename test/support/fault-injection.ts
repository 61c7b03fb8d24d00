import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { until } from "./until.ts";

/**
 * System calls of a process that runs, made to fail by strace until it is taken away again: a disk
 * turns read-only and back, and the process cannot tell the difference.
 */
export const failSystemCalls = async (pid: number, injection: FaultInjection): Promise<() => Promise<void>> => {
  const { calls, error, paths } = injection;
  const names = calls.join(",");
  const child: ChildProcess = spawn(
    "strace",
    [
      ...["-f", "-I", "2", "-o", "/dev/null", "-p", String(pid)],
      ...["-e", `trace=${names}`, "-e", `inject=${names}:error=${error}`],
      ...paths.flatMap((path) => ["-P", path]),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let told = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await until("strace on the process", () => {
    if (child.exitCode !== null) throw new Error(`strace ended: ${told}`);
    return /attached/.test(told);
  });
  return async () => {
    child.kill("SIGINT");
    await exited;
  };
};

export type FaultInjection = {
  readonly calls: readonly string[];
  readonly error: string;
  /** Only calls on these files. */
  readonly paths: readonly string[];
};

/** False where it works, else why a test was left out. */
export const cannotInject = (what: string): string | false =>
  spawnSync("strace", ["-o", "/dev/null", "-e", "trace=none", "true"]).status === 0
    ? false
    : `strace is not on this machine, or may not trace: ${what} was NOT tried`;
