import { fork } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowOrder } from "./measure-row.ts";
import type { RowResult } from "./report/results.ts";

export type RowOutcome =
  | { readonly kind: "measured"; readonly result: RowResult }
  | { readonly kind: "failed"; readonly why: string }
  /** The machine lacks something for it. */
  | { readonly kind: "missing"; readonly why: string };

/**
 * Measures a row in a process group and a temporary folder of its own. Both are gone afterwards, with
 * every server that a row which failed, or took longer than it may, has left behind: the next one meets a quiet machine.
 */
export const measureApart = async (
  row: { readonly file: URL; readonly name: string },
  order: RowOrder,
  secondsMax: number,
): Promise<RowOutcome> => {
  const folder = mkdtempSync(join(tmpdir(), "carom-bench-"));
  // PostgreSQL, which does not run as root, has its folder in here.
  chmodSync(folder, 0o755);
  const script = new URL("./support/row-process.ts", import.meta.url);
  const child = fork(script, [row.file.href, row.name, JSON.stringify(order)], {
    detached: true,
    env: { ...process.env, TMPDIR: folder },
  });
  const endGroup = (): void => killGroup(child.pid);
  process.once("exit", endGroup);
  try {
    return await new Promise<RowOutcome>((resolve) => {
      const timer = setTimeout(
        () => resolve({ kind: "failed", why: `it was not done after ${secondsMax} seconds, and was ended` }),
        secondsMax * 1000,
      );
      child.once("message", (outcome: RowOutcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        resolve({ kind: "failed", why: `its process ended with ${signal ?? code} and told nothing` });
      });
    });
  } finally {
    process.removeListener("exit", endGroup);
    endGroup();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

/** The group of a child that we started: its number is that child's. */
const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
};
