import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { commandTable } from "#src/cli/command-table.ts";
import { clientVariables, describeSettings } from "#src/main/config.ts";
import { catalogProblems, catalogsIn } from "./checks/catalog-examples.ts";
import { unusedTerms } from "./checks/glossary.ts";
import { brokenLinks } from "./checks/links.ts";
import { unknownNames } from "./checks/names-in-documents.ts";
import { readmeProblems } from "./checks/readme.ts";
import { documents, repositoryFiles } from "./repository.ts";

const read = (path: string): string => readFileSync(path, "utf8");
const none: readonly string[] = [];

test("every link of a document leads somewhere", () => {
  const textOf = (path: string): string | null => (existsSync(path) ? (path.endsWith(".md") ? read(path) : "") : null);
  const all = [...documents(), ...repositoryFiles("docs/reference/*.md")];
  assert.deepEqual(
    all.flatMap((document) => brokenLinks(document, textOf)),
    none,
  );
});

test("settings, scripts, commands and paths that documents name are there", () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));
  const known = {
    variables: new Set([...describeSettings().map(({ variable }) => variable), ...Object.keys(clientVariables)]),
    scripts: new Set(Object.keys(scripts)),
    commands: new Map([
      ...commandTable.map(({ name, options }) => [name, new Set([...Object.keys(options), "help"])] as const),
      ["help", new Set<string>()] as const,
    ]),
    exists: existsSync,
  };
  assert.deepEqual(
    documents().flatMap((document) => unknownNames(document, known)),
    none,
  );
});

test("the README begins with the two commands", () => {
  assert.deepEqual(readmeProblems(read("README.md")), none);
});

test("every term of the glossary is a name in the sources", () => {
  const sources = repositoryFiles("src/**/*.ts").map(({ text }) => text);
  assert.deepEqual(unusedTerms(read("GLOSSARY.md"), sources), none);
});

test("every catalog that is shown as an example can be applied, without a warning", () => {
  const shown = documents().flatMap(catalogsIn);
  assert.ok(shown.length > 0);
  assert.deepEqual(
    shown.flatMap((one) => catalogProblems(one, nodeHashes)),
    none,
  );
});

test("the quickstart's catalog can be applied, warned of nothing but its own receiver's plain http", () => {
  const problems = repositoryFiles("examples/*.yaml").flatMap((one) => catalogProblems(one, nodeHashes));
  assert.deepEqual(
    problems.filter((problem) => !problem.includes("personal data over plain http")),
    none,
  );
});

test("the configuration that the README shows is the file that its commands apply", () => {
  assert.ok(read("README.md").includes(`\`\`\`yaml\n${read("examples/first.yaml")}\`\`\`\n`));
});
