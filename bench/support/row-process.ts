/**
 * Measures one row, and sends what it gave. Arguments: the file that exports `allRows`, the row's name,
 * and a `RowOrder` as JSON.
 */
import { measureRow, type RowOrder } from "../measure-row.ts";
import type { BenchRow } from "../row.ts";

const [file = "", name = "", text = ""] = process.argv.slice(2);
const order: RowOrder = JSON.parse(text);
const { allRows }: { readonly allRows: readonly BenchRow[] } = await import(file);
const row = allRows.find((known) => known.name === name);
if (row === undefined) throw new Error(`there is no row ${name} in ${file}`);
const send = (message: object): void => {
  process.send?.(message, () => process.exit(0));
};
// Whoever asked is gone: so is the group that this process leads.
process.once("disconnect", () => process.kill(-process.pid, "SIGKILL"));
try {
  send({ kind: "measured", result: await measureRow(row, order) });
} catch (error) {
  send({ kind: "failed", why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
