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

/** What Biome says of one planted file, which is gone afterwards. */
const lintOf = (path: string, source: string): string => {
  plant(path, source);
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/biome"), ["lint", path], {
    cwd: house,
    encoding: "utf8",
  });
  rmSync(join(house, path));
  return stdout + stderr;
};

const layerBreaches: readonly { readonly from: string; readonly imports: string }[] = [
  { from: "src/core/a.ts", imports: "#src/ports/clock.ts" },
  { from: "src/core/a.ts", imports: "node:fs" },
  { from: "src/core/a.ts", imports: "zod" },
  { from: "src/core/macros/a.ts", imports: "#src/engine/engine.ts" },
  { from: "src/ports/a.ts", imports: "#src/engine/engine.ts" },
  { from: "src/ports/conformance/a.ts", imports: "#src/adapters/memory/memory-storage.ts" },
  { from: "src/engine/a.ts", imports: "#src/adapters/sqlite/open-sqlite-storage.ts" },
  { from: "src/engine/a.ts", imports: "#src/contract/error-codes.ts" },
  { from: "src/engine/a.ts", imports: "node:crypto" },
  { from: "src/adapters/memory/a.ts", imports: "node:fs" },
  { from: "src/adapters/memory/a.ts", imports: "#src/adapters/sqlite/open-sqlite-storage.ts" },
  { from: "src/adapters/sqlite/a.ts", imports: "#src/adapters/memory/memory-storage.ts" },
  { from: "src/adapters/sqlite/a.ts", imports: "undici" },
  { from: "src/adapters/sender/a.ts", imports: "#src/engine/engine.ts" },
  { from: "src/adapters/system/a.ts", imports: "undici" },
  { from: "src/contract/a.ts", imports: "#src/engine/engine.ts" },
  { from: "src/contract/a.ts", imports: "fastify" },
  { from: "src/http/a.ts", imports: "#src/adapters/sqlite/open-sqlite-storage.ts" },
  { from: "src/http/a.ts", imports: "#src/main/config.ts" },
  { from: "src/cli/a.ts", imports: "#src/engine/engine.ts" },
  { from: "src/cli/a.ts", imports: "#src/http/build-http.ts" },
  { from: "src/main/a.ts", imports: "#test/support/an-event.ts" },
  { from: "src/engine/a.ts", imports: "../core/ids.ts" },
];

for (const { from, imports } of layerBreaches)
  test(`the layers report ${dirname(from)} importing ${imports}`, () => {
    const breach = `import * as planted from "${imports}";\nexport const kept = planted;\n`;
    assert.match(lintOf(from, breach), /noRestrictedImports/);
  });

test("the layers let a room import what it may", () => {
  const allowed = 'import type { Clock } from "#src/ports/clock.ts";\nexport type Kept = Clock;\n';
  assert.doesNotMatch(lintOf("src/engine/a.ts", allowed), /noRestrictedImports/);
});

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

for (const { rule, path, source } of lintBreaches)
  test(`${rule} is reported where it is planted`, () => {
    assert.match(lintOf(path, source), new RegExp(rule));
  });

test("an import cycle is reported", () => {
  plant("src/core/left.ts", 'import { right } from "./right.ts";\nexport const left = (): unknown => right;\n');
  const right = 'import { left } from "./left.ts";\nexport const right = (): unknown => left;\n';
  assert.match(lintOf("src/core/right.ts", right), /noImportCycles/);
  rmSync(join(house, "src/core/left.ts"));
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
