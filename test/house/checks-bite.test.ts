import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { stalePages } from "../../scripts/reference/stale-pages.ts";
import { readTestReport } from "../../scripts/test-report.ts";
import { uncoveredLines } from "../../scripts/uncovered-lines.ts";
import { catalogProblems, catalogsIn } from "./checks/catalog-examples.ts";
import { undocumentedCodes } from "./checks/error-code-uses.ts";
import { unusedTerms } from "./checks/glossary.ts";
import { brokenLinks } from "./checks/links.ts";
import { unknownNames } from "./checks/names-in-documents.ts";
import { foreignPackages, packageProblems } from "./checks/packages.ts";
import { readmeProblems } from "./checks/readme.ts";
import { undescribedFolders } from "./checks/rooms.ts";
import { sourceFileProblems } from "./checks/source-files.ts";
import { habitProblems } from "./checks/source-habits.ts";
import { testTitleProblems } from "./checks/test-titles.ts";
import { repositoryFiles } from "./repository.ts";

/** Each check of this folder meets one planted breach of everything that it is for. */

test("a line of core that no test runs is reported, and so is a file that no test loads", () => {
  const lcov = "SF:src/core/half.ts\nDA:1,3\nDA:2,0\nend_of_record\n";
  const sources: Record<string, string> = {
    "src/core/half.ts": "export const half = () => {\n  return 1;\n};\n",
    "src/core/unloaded.ts": "export const unloaded = 1;\n",
    "src/core/only-types.ts": 'import type { A } from "./a.ts";\n/** Words. */\nexport type B = A;\n',
  };
  const problems = uncoveredLines({ lcov, files: Object.keys(sources), read: (file) => sources[file] ?? "" });
  assert.deepEqual(problems, ["src/core/half.ts: no test runs line 2", "src/core/unloaded.ts: no test loads it"]);
});

test("a pattern that matches no file is reported", () => {
  assert.throws(() => repositoryFiles("src/nowhere/**/*.ts"), /no file is like/);
});

test("a test run without a test is seen, and a test that is left out with its reason", () => {
  assert.deepEqual(readTestReport("TAP version 13\n1..0\n# pass 0\n# fail 0\n"), { passed: 0, failed: 0, skipped: [] });
  const tap =
    "ok 1 - stays # SKIP no strace here\n    ok 2 - inner # SKIP\nok 3 - runs\nnot ok 4 - falls\n# pass 1\n# fail 1\n# cancelled 0\n";
  const skipped = [
    { title: "stays", reason: "no strace here" },
    { title: "inner", reason: "no reason is given" },
  ];
  assert.deepEqual(readTestReport(tap), { passed: 1, failed: 1, skipped });
});

test("a generated page that would change, is missing or is made by nothing is reported", () => {
  const made = new Map([
    ["same.md", "a"],
    ["other.md", "new"],
    ["new.md", "a"],
  ]);
  const found = new Map([
    ["same.md", "a"],
    ["other.md", "old"],
    ["left.md", "a"],
  ]);
  assert.deepEqual(stalePages(made, found), [
    "other.md would change",
    "new.md is missing",
    "left.md is made by nothing",
  ]);
});

test("a link to no file or no heading is reported", () => {
  const text = "[a](there.md) [b](gone.md) [c](there.md#a-heading) [d](there.md#none) [e](https://example.com/x)\n";
  const textOf = (path: string): string | null => (path === "docs/there.md" ? "## A `heading`!\n" : null);
  assert.deepEqual(brokenLinks({ path: "docs/page.md", text }, textOf), [
    "docs/page.md: gone.md is not there",
    "docs/page.md: there.md#none has no such heading",
  ]);
});

test("a setting, script, command, option or path that is not there is reported", () => {
  const known = {
    variables: new Set(["CAROM_DATA"]),
    scripts: new Set(["check", "carom"]),
    commands: new Map([["send", new Set(["app"])]]),
    exists: (path: string) => path === "src/core/",
  };
  const text = [
    "`CAROM_DATA` and `CAROM_DATUM`, `npm run check` and `npm run chekc`, `src/core/` and `src/kore/`.",
    "Carom sends. `carom send --app a --ap b`, `npm run carom -- sendd`:",
    "```sh\ncat x | carom tail --json\n```",
  ].join("\n");
  assert.deepEqual(unknownNames({ path: "a.md", text }, known), [
    "a.md: CAROM_DATUM is no setting",
    "a.md: package.json has no script for `npm run chekc`",
    "a.md: `carom send` has no option --ap",
    "a.md: there is no command `carom sendd`",
    "a.md: there is no command `carom tail`",
    "a.md: src/kore/ is not there",
  ]);
});

test("a term of the glossary without a name in the code is reported", () => {
  const glossary =
    "| term | meaning | not |\n| --- | --- | --- |\n| **app** `App` | has `parts` | |\n| **b** `Gone` | | |\n";
  assert.deepEqual(unusedTerms(glossary, ["type App = { parts: 1 };"]), ["GLOSSARY.md: `Gone` stands nowhere in src/"]);
});

test("a README that begins with anything else is reported", () => {
  const block = (text: string): string => `\`\`\`sh\n${text}\n\`\`\`\n`;
  assert.deepEqual(readmeProblems(block("npm ci && npm run quickstart") + block("npm ci && npm test")), []);
  assert.equal(readmeProblems(block("npm install") + block("npm ci && npm test")).length, 1);
  assert.equal(readmeProblems("").length, 2);
});

test("a catalog in a document that could not be applied, or only with a warning, is reported", () => {
  const shown = (text: string) => catalogsIn({ path: "a.md", text: `\`\`\`yaml\n${text}\`\`\`\n` });
  const problems = (text: string) => shown(text).flatMap((one) => catalogProblems(one, nodeHashes));
  const template = (url: string) => `      - { event_kind: install, dialect: appsflyer, url: "${url}" }\n`;
  const partner = (url: string) => `carom: 1\npartners:\n  - id: a\n    templates:\n${template(url)}`;
  assert.equal(shown("other: 1\n").length, 0);
  assert.match(problems("carom: 1\nappz: []\n").join("\n"), /^a\.md, line 2: .*appz/);
  assert.match(problems(partner("https://a.example/?x=(no-such-macro)")).join("\n"), /^a\.md, line 5: .*no-such-macro/);
  assert.match(problems(partner("http://a.example/?x=(advertiserId)")).join("\n"), /^a\.md, line 5: /);
  assert.deepEqual(problems(partner("https://a.example/?x=(advertiserId)")), []);
});

test("a long file, a name of nothing and a name in another case are reported", () => {
  const problems = (path: string, lines: number) => sourceFileProblems({ path, text: "\n".repeat(lines) });
  assert.deepEqual(problems("src/core/postbacks/retry-policy.ts", 400), []);
  assert.equal(problems("src/core/postbacks/retry-policy.ts", 401).length, 1);
  for (const path of ["src/core/utils.ts", "src/helpers/a.ts", "src/core/types.ts", "src/core/index.ts", "a/common.ts"])
    assert.deepEqual(problems(path, 1), [`${path}: named after no concept`]);
  assert.deepEqual(problems("src/core/retryPolicy.ts", 1), ["src/core/retryPolicy.ts: not in kebab-case"]);
});

test("time that is taken and a type that is claimed are reported", () => {
  const problems = (path: string, text: string) => habitProblems({ path, text }).length;
  const breaches = [
    "const at = Date.now();",
    "const at = new Date();",
    "setTimeout(run, 5);",
    "const id = text as AppId;",
  ];
  for (const breach of breaches) assert.equal(problems("src/engine/a.ts", breach), 1, breach);
  assert.equal(problems("src/adapters/system/a.ts", "export const now = Date.now();"), 0);
  const innocent = [
    'import { a as b } from "./a.ts";',
    "const names = [1] as const;",
    "// as Carom did at Date.now()",
    'say("sent as text");',
    "const at = new Date(now);",
  ];
  for (const line of innocent) assert.equal(problems("src/engine/a.ts", line), 0, line);
});

test("a title that promises nothing, a test that shuts out others and one left out without a reason are reported", () => {
  const problems = (text: string) => testTitleProblems({ path: "a.test.ts", text }).length;
  assert.equal(problems('test("a paused receiver holds", { skip: noStrace }, () => {});'), 0);
  const breaches = [
    `test("it sh${"ould"} work", () => {});`,
    `test(\n  "it sh${"ould"} work",\n);`,
    `  "it sh${"ould"} keep": async ({ store }) => {},`,
    `test.on${"ly"}("a", () => {});`,
    `test.sk${"ip"}("a", () => {});`,
    `test("a", { sk${"ip"}: true }, () => {});`,
    `test("a", { on${"ly"}: true }, () => {});`,
    `t.sk${"ip"}();`,
  ];
  for (const breach of breaches) assert.equal(problems(breach), 1, breach);
});

test("a folder without a purpose is reported", () => {
  const architecture = "| `src/core/` | decides |\nsrc/odd/ is not in the table\n";
  assert.deepEqual(undescribedFolders(architecture, ["src/core", "src/odd"]), [
    "ARCHITECTURE.md: no row for `src/odd/`",
  ]);
});

test("a code that no table explains is reported", () => {
  const text = 'refuse("event.known"); refuse("event.unheard_of"); say("eventually.so");';
  assert.deepEqual(
    undocumentedCodes({ path: "a.ts", text }, (code) => code === "event.known"),
    ["a.ts: event.unheard_of stands in no table of codes"],
  );
});

test("a version that is not one, runtimes that differ and a package from elsewhere are reported", () => {
  const description = {
    dependencies: { a: "^1.2.3", b: "1.2.3" },
    devDependencies: { c: "latest" },
    optionalDependencies: { "node-x": "26.10.0", "node-y": "26.9.0" },
  };
  assert.deepEqual(packageProblems("package.json", description), [
    "package.json: a is ^1.2.3, not one version",
    "package.json: c is latest, not one version",
    "package.json: runtimes of versions 26.10.0, 26.9.0",
  ]);
  const lockfile = '"resolved": "https://registry.npmjs.org/a/-/a-1.tgz"\n"resolved": "http://elsewhere.example/b.tgz"';
  assert.deepEqual(foreignPackages("package-lock.json", lockfile), [
    "package-lock.json: http://elsewhere.example/b.tgz",
  ]);
});
