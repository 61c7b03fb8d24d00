import type { RowOutcome } from "./measure-apart.ts";
import { barsTable } from "./report/figures-table.ts";
import type { Results } from "./report/results.ts";
import type { BenchRow } from "./row.ts";
import { printSpread } from "./support/statistics.ts";

/** Measures one row after the other, tells and keeps what each gave; answers the names of those that gave nothing. */
export const measureRows = async (
  rows: readonly BenchRow[],
  means: {
    readonly measure: (row: BenchRow) => Promise<RowOutcome>;
    readonly results: Results;
    readonly tell: (text: string) => void;
  },
): Promise<readonly string[]> => {
  const { measure, results, tell } = means;
  const failed: string[] = [];
  for (const row of rows) {
    tell(`\n${row.name}: ${row.title}\n  ${row.work}`);
    const missing = row.missing();
    const outcome = missing === null ? await measure(row) : ({ kind: "missing", why: missing } as const);
    if (outcome.kind !== "measured") {
      if (outcome.kind === "failed") failed.push(row.name);
      results.keepFailure(row.name, { why: outcome.why, failedAt: new Date().toISOString() });
      tell(`  not measured: ${outcome.why}`);
      continue;
    }
    const { figures, notes, seconds } = outcome.result;
    results.keep(outcome.result);
    for (const { label, spread, unit } of figures) tell(`  ${label.padEnd(60)} ${printSpread(spread, unit)}`);
    for (const note of new Set(notes)) tell(`  ${note}`);
    tell(`  took ${Math.round(seconds)} s`);
  }
  tell(`\n${barsTable(rows.map((row) => results.read(row)))}`);
  if (failed.length > 0) tell(`\nnot measured: ${failed.join(", ")}`);
  return failed;
};
