import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

/**
 * A guard that cannot fail is worse than none: each test plants one breach and expects its report.
 * The guards here are tools; those that are functions of this folder are met in `checks-bite.test.ts`.
 */

const root = process.cwd();
const house = mkdtempSync(join(tmpdir(), "carom-guards-"));

before(() => {
  for (const file of ["biome.json", "package.json", "tsconfig.json", "knip.json", ".gitignore"])
    copyFileSync(join(root, file), join(house, file));
  symlinkSync(join(root, "node_modules"), join(house, "node_modules"));
});
after(() => rmSync(house, { recursive: true }));

const plant = (path: string, source: string): void => {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), source);
};

/** Folder, and what a file in it may not import. */
const layerBreaches: readonly (readonly [folder: string, imports: string])[] = [
  ["src/core", "#src/ports/clock.ts"],
  ["src/core", "node:fs"],
  ["src/core", "zod"],
  ["src/core/macros", "#src/engine/engine.ts"],
  ["src/ports", "#src/engine/engine.ts"],
  ["src/ports/conformance", "#src/adapters/memory/memory-storage.ts"],
  ["src/engine", "#src/adapters/sqlite/open-sqlite-storage.ts"],
  ["src/engine", "#src/contract/error-codes.ts"],
  ["src/engine", "node:crypto"],
  ["src/adapters/memory", "node:fs"],
  ["src/adapters/memory", "#src/adapters/sqlite/open-sqlite-storage.ts"],
  ["src/adapters/sqlite", "#src/adapters/memory/memory-storage.ts"],
  ["src/adapters/sqlite", "undici"],
  ["src/adapters/sender", "#src/engine/engine.ts"],
  ["src/adapters/system", "undici"],
  ["src/adapters/mail", "undici"],
  ["src/adapters/oidc", "nodemailer"],
  ["src/adapters/geoip", "nodemailer"],
  ["src/contract", "#src/engine/engine.ts"],
  ["src/contract", "fastify"],
  ["src/http", "#src/adapters/sqlite/open-sqlite-storage.ts"],
  ["src/http", "#src/main/config.ts"],
  ["src/cli", "#src/engine/engine.ts"],
  ["src/cli", "#src/http/build-http.ts"],
  ["src/main", "#test/support/an-event.ts"],
  ["src/engine", "../core/ids.ts"],
];

const lintBreaches: readonly { readonly rule: string; readonly path: string; readonly source: string }[] = [
  { rule: "noExcessiveLinesPerFile", path: "src/core/long.ts", source: "export const one = 1;\n".repeat(401) },
  {
    rule: "noExcessiveLinesPerFunction",
    path: "src/core/tall.ts",
    source: `export const tall = (n: number): number => {\n  let sum = n;\n${"  sum += 1;\n".repeat(61)}  return sum;\n};\n`,
  },
  {
    rule: "useMaxParams",
    path: "src/core/wide.ts",
    source: "export const wide = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];\n",
  },
  { rule: "noProcessEnv", path: "src/main/other.ts", source: 'export const home = process.env["HOME"];\n' },
  { rule: "noDefaultExport", path: "src/core/default.ts", source: "export default 1;\n" },
  { rule: "noReExportAll", path: "src/core/barrel.ts", source: 'export * from "./ids.ts";\n' },
  {
    rule: "noExplicitAny",
    path: "src/core/any.ts",
    source: "export const loose = (value: any): string => String(value);\n",
  },
  {
    rule: "noNonNullAssertion",
    path: "src/core/bang.ts",
    source: "export const first = (list: string[]): string => list[0]!;\n",
  },
  { rule: "noConsole", path: "src/engine/talk.ts", source: 'console.log("state");\n' },
  {
    rule: "noFloatingPromises",
    path: "src/engine/float.ts",
    source: "const later = async (): Promise<void> => {};\nexport const start = (): void => {\n  later();\n};\n",
  },
];

const layerFile = (folder: string, imports: string): string => `${folder}/from-${imports.replaceAll(/\W+/g, "-")}.ts`;

const reportsOf = (rule: string, path: string): RegExp => new RegExp(`^${path}:\\d+:\\d+ lint/\\w+/${rule} `, "m");

/** Everything that Biome is to report is planted at once, since it takes longer to start than to look. */
let report = "";
before(() => {
  for (const { path, source } of lintBreaches) plant(path, source);
  for (const [folder, imports] of layerBreaches)
    plant(layerFile(folder, imports), `import * as planted from "${imports}";\nexport const kept = planted;\n`);
  plant("src/engine/allowed.ts", 'import type { Clock } from "#src/ports/clock.ts";\nexport type Kept = Clock;\n');
  plant("src/core/left.ts", 'import { right } from "./right.ts";\nexport const left = (): unknown => right;\n');
  plant("src/core/right.ts", 'import { left } from "./left.ts";\nexport const right = (): unknown => left;\n');
  const { stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/biome"),
    ["lint", "--max-diagnostics=none", "src"],
    {
      cwd: house,
      encoding: "utf8",
    },
  );
  report = stdout + stderr;
  rmSync(join(house, "src"), { recursive: true });
});

for (const [folder, imports] of layerBreaches)
  test(`the layers report ${folder} importing ${imports}`, () => {
    assert.match(report, reportsOf("noRestrictedImports", layerFile(folder, imports)));
  });

test("the layers let a room import what it may", () => {
  assert.doesNotMatch(report, /^src\/engine\/allowed\.ts/m);
});

for (const { rule, path } of lintBreaches)
  test(`${rule} is reported where it is planted`, () => {
    assert.match(report, reportsOf(rule, path));
  });

test("an import cycle is reported", () => {
  assert.match(report, reportsOf("noImportCycles", "src/core/right.ts"));
});

test("a type error is reported by the type check", () => {
  plant("src/core/wrong.ts", 'export const wrong: number = "text";\n');
  const { stdout, status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--noEmit"], {
    cwd: house,
    encoding: "utf8",
  });
  rmSync(join(house, "src/core/wrong.ts"));
  assert.notEqual(status, 0);
  assert.match(stdout, /src\/core\/wrong\.ts.*TS2322/);
});

const unusedIn = (...options: readonly string[]): string =>
  spawnSync(join(root, "node_modules/.bin/knip"), [...options], { cwd: house, encoding: "utf8" }).stdout;

test("a file, an export and a dependency that nothing uses are reported", () => {
  plant("src/cli/bin.ts", 'import { used } from "#src/core/used.ts";\nused();\n');
  plant("src/core/used.ts", "export const used = (): number => 1;\nexport const unused = 1;\n");
  plant("src/core/alone.ts", "export const alone = 1;\n");
  const report = unusedIn();
  assert.match(report, /Unused files \(1\)\s+src\/core\/alone\.ts/);
  assert.match(report, /unused\s+src\/core\/used\.ts/);
  assert.match(report, /fastify\s+package\.json/);
  assert.doesNotMatch(report, /^used /m);
});

test("a file that tests alone use is reported", () => {
  plant("src/cli/bin.ts", "console.log(1);\n");
  plant("src/core/alone.ts", "export const alone = 1;\n");
  plant("src/core/alone.test.ts", 'import { alone } from "./alone.ts";\nconsole.log(alone);\n');
  assert.match(unusedIn("--production", "--include", "files"), /src\/core\/alone\.ts/);
});
