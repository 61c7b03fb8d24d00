import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readTestReport, type SkippedTest } from "./test-report.ts";

export type Step = {
  readonly name: string;
  readonly command: readonly string[];
  /** File in TAP that the step writes, where it runs tests. */
  readonly testReport?: string;
};

/**
 * Runs the steps in order, each with its output passed through, and stops at the first that fails.
 * Tests that this machine could not run are told at the end, each with its reason.
 */
export const runSteps = (steps: readonly Step[]): void => {
  const skipped: SkippedTest[] = [];
  for (const step of steps) {
    const startedAt = performance.now();
    console.log(`\n── ${step.name}`);
    const problem = runStep(step, skipped);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (problem !== null) {
      console.error(`\n✗ ${step.name}: ${problem} (${seconds} s)`);
      tellSkipped(skipped);
      process.exit(1);
    }
    console.log(`✓ ${step.name} (${seconds} s)`);
  }
  tellSkipped(skipped);
};

/** What is wrong, or null. */
const runStep = ({ command, testReport }: Step, skipped: SkippedTest[]): string | null => {
  const [program, ...args] = command;
  if (program === undefined) return "the step has no command";
  const { status, signal, error } = spawnSync(program, args, { stdio: "inherit" });
  if (error !== undefined) return error.message;
  if (status !== 0) return `failed with ${signal ?? `exit code ${status}`}`;
  if (testReport === undefined) return null;
  const report = readTestReport(readFileSync(testReport, "utf8"));
  skipped.push(...report.skipped);
  // The runner is content with a pattern that matches no file.
  return report.tests === 0 ? "no test was found" : null;
};

const tellSkipped = (skipped: readonly SkippedTest[]): void => {
  if (skipped.length === 0) return;
  console.log(`\nNot run on this machine (${skipped.length}):`);
  for (const { title, reason } of skipped) console.log(`  ${title}\n    ${reason}`);
};
