/**
 * `npm run fuzz:unreached [requests] [first seed]`: plays 10,000 requests of the fuzz at all doors, and prints the lines of
 * what requests go through that none of them reached: where the grammar knows nothing of a whole subject. In one process,
 * and several times slower than the fuzz.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { watchReach } from "./reached-lines.ts";

const [requests = "10000", firstSeed = "1"] = process.argv.slice(2);
const worldRequests = 1_000;

const watch = await watchReach();
// Loaded after it, so that what runs as a module is loaded counts, too.
const { runFuzz } = await import("./fuzz-run.ts");
for (let from = 0; from < Number(requests); from += worldRequests) {
  const doors = (from / worldRequests) % 4 === 3 ? "others" : "all";
  await runFuzz({ firstSeed: Number(firstSeed) + from, requests: worldRequests, worldRequests, doors });
  await watch.look();
}
let lines = 0;
for (const [url, numbers] of [...watch.unreached()].toSorted(([, a], [, b]) => a.length - b.length)) {
  const path = fileURLToPath(url);
  const source = readFileSync(path, "utf8").split("\n");
  if (numbers.length > 0) console.log(`${relative(process.cwd(), path)}: ${numbers.length}`);
  for (const number of numbers) console.log(`  ${number}: ${source[number - 1]?.trim() ?? ""}`);
  lines += numbers.length;
}
console.log(`${lines} lines that no request reached`);
