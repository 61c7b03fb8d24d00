import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readTestReport, type SkippedTest, type TestReport } from "./test-report.ts";

export type Step = {
  readonly name: string;
  readonly command: readonly string[];
  /** File in TAP that the step writes, where it runs tests. */
  readonly testReport?: string;
};

/**
 * Runs the steps in order, each with its output passed through, and stops at the first that fails. The last
 * lines tell the tests that this machine could not run, each with its reason, and how many passed and failed.
 */
export const runSteps = (steps: readonly Step[]): void => {
  const reports: TestReport[] = [];
  const failing = steps.find((step) => !passes(step, reports));
  const skipped = reports.flatMap((report) => report.skipped);
  tellSkipped(skipped);
  const passed = sum(reports.map((report) => report.passed));
  const failed = sum(reports.map((report) => report.failed));
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  if (failing !== undefined) process.exit(1);
};

const passes = (step: Step, reports: TestReport[]): boolean => {
  const startedAt = performance.now();
  console.log(`\n── ${step.name}`);
  const problem = runStep(step, reports);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (problem === null) console.log(`✓ ${step.name} (${seconds} s)`);
  else console.error(`\n✗ ${step.name}: ${problem} (${seconds} s)`);
  return problem === null;
};

/** What is wrong, or null. */
const runStep = ({ command, testReport }: Step, reports: TestReport[]): string | null => {
  const [program, ...args] = command;
  if (program === undefined) return "the step has no command";
  const { status, signal, error } = spawnSync(program, args, { stdio: "inherit" });
  if (error !== undefined) return error.message;
  const report =
    testReport === undefined || !existsSync(testReport) ? null : readTestReport(readFileSync(testReport, "utf8"));
  if (report !== null) reports.push(report);
  if (status !== 0) return `failed with ${signal ?? `exit code ${status}`}`;
  // The runner is content with a pattern that matches no file.
  return testReport !== undefined && (report?.passed ?? 0) === 0 ? "no test passed" : null;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const tellSkipped = (skipped: readonly SkippedTest[]): void => {
  if (skipped.length === 0) return;
  console.log(`\nNot run on this machine (${skipped.length}):`);
  for (const { title, reason } of skipped) console.log(`  ${title}\n    ${reason}`);
};
