import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A child process that speaks by messages with a `kind`. Ended with the bench, by its own handle. */
export type Child = {
  readonly pid: number;
  readonly tell: (message: object) => void;
  /** The next message of that kind; rejects when the child ends first. */
  readonly hear: (kind: string) => Promise<Record<string, unknown>>;
  readonly end: () => Promise<void>;
};

type Listener = {
  readonly resolve: (message: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
};

/** `script` stands in bench/support/. */
export const startChild = (script: string, argv: readonly string[] = []): Child => {
  const child: ChildProcess = fork(fileURLToPath(new URL(script, import.meta.url)), [...argv], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<string, Listener[]>();
  const early = new Map<string, Record<string, unknown>[]>();
  child.on("message", (message: Record<string, unknown>) => {
    const kind = String(message["kind"]);
    const next = waiting.get(kind)?.shift();
    if (next !== undefined) next.resolve(message);
    else early.set(kind, [...(early.get(kind) ?? []), message]);
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      for (const [kind, listeners] of waiting)
        for (const listener of listeners) listener.reject(new Error(`${script} ended before it said ${kind}`));
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    tell: (message) => {
      child.send(message);
    },
    hear: (kind) => {
      const waited = early.get(kind)?.shift();
      if (waited !== undefined) return Promise.resolve(waited);
      return new Promise((resolve, reject) => {
        waiting.set(kind, [...(waiting.get(kind) ?? []), { resolve, reject }]);
      });
    },
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
    },
  };
};
