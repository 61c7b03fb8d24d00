/**
 * `npm run faults -- [name] [seed] [strikes]`: every fault in its long form, or the one of that name, or those whose name
 * holds it, with the strikes of the long form unless a number is given, and a table of what was accepted and what became
 * of it. Ends with 1 where anything was lost, was doubled beyond what was in flight, or could not be shown.
 */
import { NeverHeard } from "#test/support/counting-receiver.ts";
import { type FaultBooks, type FaultScript, playOf, problemIn } from "./fault-script.ts";
import { faultScripts } from "./fault-scripts.ts";

type Row = {
  readonly fault: string;
  readonly seed: number;
  readonly books: FaultBooks | null;
  /** Missing at a receiver, where the run ended without books. */
  readonly missing: number | null;
  readonly problem: string | null;
};

const [wanted = "", firstSeed = String(Date.now() % 1_000_000), strikes] = process.argv.slice(2);

const runOnce = async (script: FaultScript, seed: number): Promise<Row> => {
  const ends: (() => unknown)[] = [];
  const context = {
    diagnostic: (text: string) => console.log(`    ${text}`),
    after: (end: () => unknown) => {
      ends.push(end);
    },
  };
  const row = { fault: script.name, seed };
  try {
    const books = await script.run(context, playOf(seed, strikes === undefined ? script.sizes.long : Number(strikes)));
    return { ...row, books, missing: null, problem: problemIn(books) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...row, books: null, missing: error instanceof NeverHeard ? error.missing : null, problem };
  } finally {
    for (const end of ends) await end();
  }
};

const cells = ({ fault, seed, books, missing }: Row): readonly string[] => [
  fault,
  String(seed),
  ...(books === null
    ? ["failed", "", "", "", missing === null ? "" : String(missing)]
    : [books.accepted, books.delivered, books.doubled, books.doubledMax, books.lost.length].map(String)),
];

const printTable = (rows: readonly (readonly string[])[]): void => {
  const head = ["fault", "seed", "accepted", "delivered", "doubled", "allowed", "lost"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, widths.map((width) => "-".repeat(width)), ...rows])
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
};

const listText = `there are:\n${faultScripts.map(({ name }) => `  ${name}`).join("\n")}`;
if (wanted === "--help" || wanted === "-h") {
  console.log(
    `npm run faults -- [name] [seed] [strikes]\n\nAll of them where none is named; else that one, or those whose name holds it;\n${listText}`,
  );
  process.exit(0);
}
const exactly = faultScripts.filter(({ name }) => name === wanted);
const asked = exactly.length > 0 ? exactly : faultScripts.filter(({ name }) => name.includes(wanted));
if (asked.length === 0) {
  console.log(`no such fault: ${wanted}\n${listText}`);
  process.exit(1);
}
const startedAt = performance.now();
const rows: Row[] = [];
const left: string[] = [];
for (const script of asked) {
  const reason = script.cannotRun?.() ?? false;
  if (reason !== false) left.push(`${script.name}: ${reason}`);
  for (let run = 0; reason === false && run < script.sizes.longSeeds; run += 1) {
    const seed = Number(firstSeed) + run;
    console.log(`── ${script.name}, seed ${seed}`);
    const row = await runOnce(script, seed);
    if (row.problem !== null) console.log(`  ✗ ${row.problem}`);
    rows.push(row);
  }
}
console.log("");
printTable(rows.map(cells));
const failed = rows.filter(({ problem }) => problem !== null);
for (const { fault, seed, problem } of failed) console.log(`✗ ${fault}, seed ${seed}: ${problem}`);
for (const text of left) console.log(`left out: ${text}`);
console.log(`in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
console.log(`${rows.length - failed.length} passed, ${failed.length} failed, ${left.length} skipped`);
process.exit(failed.length > 0 || rows.length === 0 ? 1 : 0);
