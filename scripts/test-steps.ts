import type { Step } from "./run-step.ts";

const node = process.execPath;
const tests = (name: string, ...globs: string[]): Step => ({
  name,
  command: [node, "--test", "--test-reporter=dot", ...globs],
});

/** Seconds: what every commit passes. */
export const checkSteps: readonly Step[] = [
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "format, lint, layers", command: ["biome", "check", "--error-on-warnings", "."] },
  {
    name: "unit, property and conformance tests, every line of core/ covered",
    command: [node, "scripts/unit-tests.ts"],
  },
];

/** Everything a fresh machine can run; a test that lacks a tool of the machine says so by name. */
export const testSteps: readonly Step[] = [
  ...checkSteps,
  tests("simulation", "test/simulation/**/*.test.ts"),
  tests("end to end", "test/e2e/**/*.test.ts"),
  tests("house", "test/house/**/*.test.ts"),
  { name: "generated reference unchanged", command: [node, "scripts/generate-reference.ts", "--check"] },
  { name: "nothing unused (knip)", command: ["knip"] },
];
