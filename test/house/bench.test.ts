import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { measureApart } from "../../bench/measure-apart.ts";
import { measureRows } from "../../bench/measure-rows.ts";
import { Results, type RowResult } from "../../bench/report/results.ts";
import { figuresPage, writeFigures } from "../../bench/report/write-figures.ts";
import { atLeast, atMost, type BenchRow, figure, measured } from "../../bench/row.ts";

/** The bench itself is no test; that it goes on, tells what failed and writes all that it has, is. */

const folder = mkdtempSync(join(tmpdir(), "carom-bench-test-"));
after(() => rmSync(folder, { recursive: true }));
const urlOf = (path: string): URL => pathToFileURL(join(folder, path));

const plantedRows = urlOf("planted-rows.ts");
writeFileSync(
  plantedRows,
  `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
const leaveBehind = () => {
  const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  writeFileSync(${JSON.stringify(join(folder, "left-behind"))}, left.pid + " " + tmpdir());
};
const row = (name, measure) => ({ name, title: name, work: "none", minutes: 0, sizes: { size: 7 }, missing: () => null, measure });
const figure = (value) => ({ label: "rate", unit: "/s", bar: { kind: "least", must: 10, aim: 20 }, spread: { median: value, low: value, high: value, runs: 1 } });
export const allRows = [
  row("throws", async () => { leaveBehind(); throw new Error("planted"); }),
  row("dies", async () => { process.exit(3); }),
  row("hangs", () => { leaveBehind(); return new Promise(() => setInterval(() => {}, 1000)); }),
  row("works", async ({ size, note, plot }) => {
    note("a note");
    plot({ title: "memory", unit: "MiB", everyS: 60, values: [1, 2, 3] });
    return [figure(size("size"))];
  }),
];
`,
);

const aRow = (name: string, missing: string | null = null): BenchRow => ({
  name,
  title: `title of ${name}`,
  work: "no events",
  minutes: 1,
  sizes: {},
  missing: () => missing,
  measure: () => assert.fail("measured in a process of its own"),
});

const aResult = (name: string, parts: Partial<RowResult> = {}): RowResult => ({
  name,
  title: `title of ${name}`,
  work: "no events",
  sizes: {},
  isQuick: false,
  measuredAt: "2026-11-26T06:00:00.000Z",
  seconds: 61,
  load: { before: 0.5, after: 2 },
  machine: "a machine",
  figures: [],
  notes: [],
  lines: [],
  ...parts,
});

/** Whether a process is there; one that was killed is reaped by whoever inherits it, soon. */
const isGone = async (pid: number): Promise<boolean> => {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      process.kill(pid, 0);
      if (readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
};

test("a row that throws, dies, hangs or lacks something is told, ends no other, and leaves no process and no file behind", async () => {
  const results = new Results(urlOf("results/"));
  const told: string[] = [];
  const rows = [aRow("throws"), aRow("dies"), aRow("hangs"), aRow("lacks", "there is no redis-server"), aRow("works")];
  const left: string[] = [];
  const failed = await measureRows(rows, {
    measure: async ({ name }) => {
      const order = { rounds: 1, count: 10, isQuick: false, sizes: {} };
      const outcome = await measureApart({ file: plantedRows, name }, order, name === "hangs" ? 1.5 : 60);
      if (existsSync(urlOf("left-behind"))) left.push(readFileSync(urlOf("left-behind"), "utf8"));
      rmSync(urlOf("left-behind"), { force: true });
      return outcome;
    },
    results,
    tell: (text) => told.push(text),
  });
  assert.deepEqual(failed, ["throws", "dies", "hangs"]);
  const text = told.join("\n");
  for (const words of [
    "Error: planted",
    "its process ended with 3",
    "was not done after 1.5 seconds",
    "there is no redis-server",
    "not measured: throws, dies, hangs",
  ])
    assert.ok(text.includes(words), `${words} in ${text}`);
  assert.match(text, /\| `works` \| rate \| ≥ 10\.0\/s \| 20\.0\/s \| \*\*7\.00\/s/);
  assert.equal(left.length, 2, "two rows left a process behind");
  for (const words of left) {
    const [pid, temporary] = words.split(" ");
    assert.ok(await isGone(Number(pid)), `process ${pid} is gone`);
    assert.ok(!existsSync(temporary ?? ""), "so is its folder");
  }
  const works = results.read(aRow("works"));
  assert.deepEqual(works.results[0]?.notes, ["a note"]);
  assert.equal(works.failure, null);
});

test("the written page has every row with must and aim, in bold what misses it or failed, a table of what is flat and plots", () => {
  const results = new Results(urlOf("page/"));
  const beside = (size: string, ratio: number) => [
    measured({ label: `${size}: throughput beside none`, bar: atLeast(0.8, 0.95) }, [ratio]),
    figure(`${size}: postbacks a second`, [12_345], "/s"),
    figure(`${size}: p99 at 1,000/s`, [8], " ms"),
  ];
  results.keep(aResult("flat-waiting", { figures: [...beside("10 waiting", 0.99), ...beside("1,000 waiting", 0.5)] }));
  results.keep(
    aResult("soak", {
      figures: [measured({ label: "memory grew", bar: atMost(1.2, 1.05) }, [1.1])],
      lines: [{ title: "Memory over 2 minutes", unit: "MiB", everyS: 5, values: [100, 110] }],
    }),
  );
  results.keep(aResult("known-ids", { sizes: { known: 10_000_000 }, notes: ["long"] }));
  results.keepFailure("noisy", { why: "Error: planted", failedAt: "2026-11-26T06:00:00.000Z" });
  const rows = ["flat-waiting", "soak", "known-ids", "noisy", "never"].map((name) => aRow(name));
  copyFileSync("bench/README.md", join(folder, "README.md"));
  writeFigures(
    rows.map((row) => results.read(row)),
    urlOf("./"),
  );
  const page = readFileSync(join(folder, "README.md"), "utf8");
  for (const line of [
    "| `flat-waiting` | 10 waiting: throughput beside none | ≥ 0.800 | 0.950 | 0.990 (0.990–0.990) | 1 |",
    "| `flat-waiting` | 1,000 waiting: throughput beside none | ≥ 0.800 | 0.950 | **0.500 (0.500–0.500)** | 1 |",
    "| `soak` | memory grew | ≤ 1.20 | 1.05 | 1.10 (1.10–1.10) | 1 |",
    "| `known-ids`, known 10,000,000 | nothing is asked of it, see below | | | | |",
    "| `noisy` | **failed 2026-11-26**, see below | | | | |",
    "| `never` | not measured | | | | |",
    "| `flat-waiting` | 1,000 waiting | **0.500** | 12,345/s |  | 8.00 ms |  |",
    "![Memory over 2 minutes](plots/soak.svg)",
    "Error: planted",
  ])
    assert.ok(page.includes(line), `${line}\nin\n${page}`);
  assert.match(readFileSync(join(folder, "plots/soak.svg"), "utf8"), /<path d="M/);
  assert.match(readFileSync(join(folder, "plots/rates.svg"), "utf8"), /1,000 waiting/);
  assert.ok(page.startsWith("# Bench") && page.includes("end of figures"), "what stands around the figures stays");
  assert.ok(figuresPage([]).length > 0);
});

test("a failure is forgotten when its row is measured again, and a long form takes no other's place", () => {
  const results = new Results(urlOf("again/"));
  const row = aRow("known-ids");
  results.keepFailure(row.name, { why: "then", failedAt: "2026-11-25T00:00:00.000Z" });
  assert.equal(results.read(row).failure?.why, "then");
  results.keep(aResult(row.name));
  results.keep(aResult(row.name, { sizes: { known: 10 } }));
  results.keep(aResult(`${row.name}-other`));
  const history = results.read(row);
  assert.equal(history.failure, null);
  assert.deepEqual(
    history.results.map(({ sizes }) => sizes),
    [{}, { known: 10 }],
  );
});
