/**
 * Runs the tests beside their files, and holds core/ to every line covered. The report is read
 * here, not by the runner's own threshold: that one passes over files which no test has loaded.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { uncoveredLines } from "./uncovered-lines.ts";

const report = join(mkdtempSync(join(tmpdir(), "carom-coverage-")), "core.lcov");
const { status } = spawnSync(
  process.execPath,
  [
    "--test",
    "--experimental-test-coverage",
    "--test-coverage-include=src/core/**/*.ts",
    "--test-coverage-exclude=src/core/**/*.test.ts",
    "--test-reporter=dot",
    "--test-reporter-destination=stdout",
    "--test-reporter=lcov",
    `--test-reporter-destination=${report}`,
    "src/**/*.test.ts",
  ],
  { stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);

const coreFiles = globSync("src/core/**/*.ts").filter((file) => !file.endsWith(".test.ts"));
const problems = uncoveredLines({
  lcov: readFileSync(report, "utf8"),
  files: coreFiles.map((file) => relative(process.cwd(), file)),
  read: (file) => readFileSync(file, "utf8"),
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`every line of ${coreFiles.length} files of core/ is covered`);
