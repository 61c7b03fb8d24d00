import { type ChildProcess, spawn } from "node:child_process";

/** A database server in a temporary folder, which is gone when it ends. */
export type TemporaryServer = {
  /** Where its clients find it. */
  readonly address: string;
  readonly version: string;
  readonly pid: number;
  readonly end: () => Promise<void>;
};

const startMsMax = 20_000;

/** Starts a server; resolves when its output matches, and throws with its output when it ends before. */
export const spawnServer = (argv: readonly string[], isUp: RegExp): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const [command = "", ...args] = argv;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let told = "";
    const fail = (why: string): void => reject(new Error(`${command} ${why}:\n${told}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail("did not start in time");
    }, startMsMax);
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
      if (!isUp.test(told)) return;
      clearTimeout(timer);
      resolve(child);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });

/** Ends it by its own handle, and waits until it is gone. */
export const endServer = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exited;
};
