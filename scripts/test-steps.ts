import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformanceTests } from "./conformance-tests.ts";
import type { Step } from "./run-step.ts";

const node = process.execPath;
const installed = (program: string): string => join("node_modules", ".bin", program);

const reports = mkdtempSync(join(tmpdir(), "carom-test-reports-"));
process.on("exit", () => rmSync(reports, { recursive: true }));

const tests = (name: string, pattern: string, ...options: readonly string[]): Step => {
  const testReport = join(reports, `${name.replaceAll(" ", "-")}.tap`);
  const reporters = ["dot", "stdout", "tap", testReport];
  return {
    name,
    command: [
      node,
      "--test",
      ...reporters.map((value, index) => `--test-reporter${index % 2 === 0 ? "" : "-destination"}=${value}`),
      ...options,
      pattern,
    ],
    testReport,
  };
};

const unitReport = join(reports, "unit.tap");

/** Seconds: what every commit passes. */
export const checkSteps: readonly Step[] = [
  { name: "types", command: [installed("tsc"), "--noEmit"] },
  { name: "format, lint, layers", command: [installed("biome"), "check", "--error-on-warnings", "."] },
  {
    name: "unit and property tests, every line of core/ covered",
    command: [node, "scripts/unit-tests.ts", unitReport],
    testReport: unitReport,
  },
];

/** Everything a fresh machine can run, the cheapest to fail first. */
export const testSteps: readonly Step[] = [
  ...checkSteps,
  tests("house", "test/house/**/*.test.ts"),
  { name: "generated reference unchanged", command: [node, "scripts/generate-reference.ts", "--check"] },
  { name: "nothing unused", command: [installed("knip"), "--no-config-hints"] },
  {
    name: "nothing used by tests alone",
    command: [installed("knip"), "--production", "--include", "files,dependencies", "--no-config-hints"],
  },
  tests("conformance of stores", conformanceTests),
  tests("simulation", "test/simulation/**/*.test.ts"),
  tests("fuzz", "test/fuzz/**/*.test.ts"),
  // Each of these loads the machine by itself; two at once would only measure each other.
  tests("end to end", "test/e2e/**/*.test.ts", "--test-concurrency=1"),
  tests("faults", "test/faults/**/*.test.ts", "--test-concurrency=1"),
];
