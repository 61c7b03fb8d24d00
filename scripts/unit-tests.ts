/**
 * Runs the tests beside their files, without the conformance of stores, which takes longer, and holds
 * core/ to every line covered. The report is read here, not by the runner's own threshold: that one
 * passes over files which no test has loaded.
 * `node scripts/unit-tests.ts [file for the report in TAP]`
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { conformanceTests } from "./conformance-tests.ts";
import { uncoveredLines } from "./uncovered-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-coverage-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const coverage = join(folder, "core.lcov");
const report = process.argv[2] ?? join(folder, "unit.tap");

const { status } = spawnSync(
  process.execPath,
  [
    "--test",
    // One process for all: a process for each file would spend four fifths of the time on starting.
    "--test-isolation=none",
    "--experimental-test-coverage",
    "--test-coverage-include=src/core/**/*.ts",
    "--test-coverage-exclude=src/core/**/*.test.ts",
    "--test-reporter=dot",
    "--test-reporter-destination=stdout",
    "--test-reporter=lcov",
    `--test-reporter-destination=${coverage}`,
    "--test-reporter=tap",
    `--test-reporter-destination=${report}`,
    ...globSync("src/**/*.test.ts", { exclude: [conformanceTests] }),
  ],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);

const coreFiles = globSync("src/core/**/*.ts").filter((file) => !file.endsWith(".test.ts"));
const problems = uncoveredLines({
  lcov: readFileSync(coverage, "utf8"),
  files: coreFiles.map((file) => relative(process.cwd(), file)),
  read: (file) => readFileSync(file, "utf8"),
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`every line of ${coreFiles.length} files of core/ is covered`);
