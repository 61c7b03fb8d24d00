import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogWarningCodes, errorCodes, importCodes } from "#src/contract/error-codes.ts";
import { templateProblemCodes, templateWarningCodes } from "#src/core/templates/template-codes.ts";
import { undocumentedCodes } from "./checks/error-code-uses.ts";
import { foreignPackages, packageProblems } from "./checks/packages.ts";
import { undescribedFolders } from "./checks/rooms.ts";
import { sourceFileProblems } from "./checks/source-files.ts";
import { habitProblems } from "./checks/source-habits.ts";
import { testTitleProblems } from "./checks/test-titles.ts";
import { repositoryFiles, sourcePatterns } from "./repository.ts";

const none: readonly string[] = [];

test("no source is longer than 400 lines or named after nothing", () => {
  assert.deepEqual(repositoryFiles(...sourcePatterns).flatMap(sourceFileProblems), none);
});

test("time and chance are handed in, and no type is claimed", () => {
  const sources = repositoryFiles("src/**/*.ts").filter(({ path }) => !path.endsWith(".test.ts"));
  assert.deepEqual(sources.flatMap(habitProblems), none);
});

test("a test title is a guarantee, and a test that is left out says why", () => {
  const tests = repositoryFiles("src/**/*.test.ts", "src/ports/conformance/*.ts", "test/**/*.test.ts");
  assert.deepEqual(tests.flatMap(testTitleProblems), none);
});

test("every folder of the sources has its purpose in ARCHITECTURE.md", () => {
  const folders = globSync(["src/*/", "src/adapters/*/"]).map((folder) => folder.replace(/\/$/, ""));
  assert.ok(folders.length > 8);
  assert.deepEqual(undescribedFolders(readFileSync("ARCHITECTURE.md", "utf8"), folders), none);
});

test("every code that is given to somebody outside stands in a table", () => {
  const documented = {
    ...errorCodes,
    ...catalogWarningCodes,
    ...importCodes,
    ...templateProblemCodes,
    ...templateWarningCodes,
  };
  const isDocumented = (code: string): boolean => Object.hasOwn(documented, code);
  const sources = repositoryFiles("src/**/*.ts").filter(({ path }) => !path.endsWith(".test.ts"));
  assert.deepEqual(
    sources.flatMap((source) => undocumentedCodes(source, isDocumented)),
    none,
  );
});

test("dependencies are pinned exactly and come from the public registry", () => {
  const problems = [
    ...repositoryFiles("package.json", "bench/package.json").flatMap(({ path, text }) =>
      packageProblems(path, JSON.parse(text)),
    ),
    ...repositoryFiles("package-lock.json", "bench/package-lock.json").flatMap(({ path, text }) =>
      foreignPackages(path, text),
    ),
  ];
  assert.deepEqual(problems, none);
});
