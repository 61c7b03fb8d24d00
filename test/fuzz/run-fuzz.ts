/**
 * `npm run fuzz [requests] [first seed] [own | compatible | others | all]`: by default 1,000,000 hostile requests at the API over the real
 * engine. Ends with 1 where one was answered with a 5xx (503 aside) or without a stable code, where a
 * postback lost its structure, or where memory grew.
 */
import { growthOf, runFuzz } from "./fuzz-run.ts";

const growthMax = 1.5;

const [requests = "1000000", firstSeed = String(Date.now() % 1_000_000_000), named] = process.argv.slice(2);
const doors = (["own", "compatible", "others"] as const).find((one) => one === named) ?? "all";
console.log(`${requests} requests from seed ${firstSeed} on at ${doors} doors`);
const startedAt = performance.now();
const { statuses, sent, findings, held, resident } = await runFuzz({
  firstSeed: Number(firstSeed),
  requests: Number(requests),
  worldRequests: 20_000,
  doors,
  tell: (text) => console.log(`  ${text}`),
});
const seconds = (performance.now() - startedAt) / 1000;
const told = [...statuses].toSorted(([a], [b]) => a - b).map(([status, times]) => `${times} × ${status}`);
console.log(`${told.join(", ")}; ${sent} postbacks sent; ${seconds.toFixed(0)} s`);
console.log(
  `at the end ÷ after warming up: memory held ${growthOf(held).toFixed(2)}, resident ${growthOf(resident).toFixed(2)}`,
);
for (const finding of findings) console.log(`✗ ${finding.message}\n`);
const isGrown = growthOf(held) > growthMax || growthOf(resident) > growthMax;
if (isGrown) console.log(`✗ memory grew to more than ${growthMax} times`);
process.exit(findings.length > 0 || isGrown ? 1 : 0);
