/**
 * Writes docs/reference from the code's own tables. With `--check` nothing is written, and it fails
 * where a page is not as it would be made now.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference/reference-pages.ts";
import { stalePages } from "./reference/stale-pages.ts";

const folder = "docs/reference";
mkdirSync(folder, { recursive: true });

const made = await referencePages();
const found = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const stale = stalePages(made, found);

if (process.argv.includes("--check")) {
  for (const problem of stale) console.error(`${folder}/${problem}; run \`npm run reference\` and commit it`);
  if (stale.length > 0) process.exit(1);
  console.log(`${made.size} pages of ${folder} are as the code makes them`);
} else {
  for (const name of found.keys()) if (!made.has(name)) rmSync(join(folder, name));
  for (const [name, text] of made) writeFileSync(join(folder, name), text);
  console.log(stale.length === 0 ? "nothing changed" : stale.join("\n"));
}
