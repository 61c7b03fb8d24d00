import { spawnSync } from "node:child_process";

export type Step = { readonly name: string; readonly command: readonly string[] };

/** Runs the steps in order, each with its output passed through, and stops at the first that fails. */
export const runSteps = (steps: readonly Step[]): void => {
  for (const { name, command } of steps) {
    const startedAt = performance.now();
    console.log(`\n── ${name}`);
    const [program, ...args] = command;
    if (program === undefined) throw new Error(`the step ${name} has no command`);
    const { status, signal, error } = spawnSync(program, args, { stdio: "inherit" });
    if (error !== undefined) throw error;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (status !== 0) {
      console.error(`\n✗ ${name} failed (${signal ?? `exit ${status}`}, ${seconds} s)`);
      process.exit(1);
    }
    console.log(`✓ ${name} (${seconds} s)`);
  }
};
