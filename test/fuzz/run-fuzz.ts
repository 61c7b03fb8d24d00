/**
 * `npm run fuzz [requests] [first seed] [own | compatible | others | all]`: by default 1,000,000 hostile requests at the API over the real
 * engine, in a process for each core that has enough to do. Ends with 1 where one was answered with a 5xx (503 aside) or without a stable code, where a
 * postback lost its structure, or where memory grew.
 */
import { availableParallelism } from "node:os";
import { type FuzzPart, runFuzzInProcesses } from "./fuzz-processes.ts";
import { growthOf } from "./fuzz-run.ts";

const growthMax = 1.5;
/** Of one world. A new one is soon made, and what is in it is what the reference store goes through again and again. */
const worldRequests = 5_000;
/** Fewer of one process have no like ones to be compared with, see `growthOf`. */
const processWorlds = 12;

const [requests = "1000000", firstSeed = String(Date.now() % 1_000_000_000), named] = process.argv.slice(2);
const doors = (["own", "compatible", "others"] as const).find((one) => one === named) ?? "all";
console.log(`${requests} requests from seed ${firstSeed} on at ${doors} doors`);
const processes = Math.max(
  1,
  Math.min(availableParallelism(), Math.floor(Number(requests) / worldRequests / processWorlds)),
);
const startedAt = performance.now();
const parts = await runFuzzInProcesses(
  { firstSeed: Number(firstSeed), requests: Number(requests), worldRequests, doors },
  { processes, tell: (text) => console.log(`  ${text}`) },
);
const seconds = (performance.now() - startedAt) / 1000;

const statusesOf = (all: readonly FuzzPart[]): ReadonlyMap<number, number> => {
  const statuses = new Map<number, number>();
  for (const [status, times] of all.flatMap((part) => [...part.statuses]))
    statuses.set(status, (statuses.get(status) ?? 0) + times);
  return statuses;
};

const told = [...statusesOf(parts)].toSorted(([a], [b]) => a - b).map(([status, times]) => `${times} × ${status}`);
const sent = parts.reduce((sum, part) => sum + part.sent, 0);
console.log(`${told.join(", ")}; ${sent} postbacks sent; ${seconds.toFixed(0)} s`);
const growth = parts.flatMap(({ held, resident }) => [growthOf(held), growthOf(resident)]);
for (const [index, { held, resident }] of parts.entries())
  console.log(
    held.length < processWorlds
      ? `process ${index + 1}: too few worlds to compare memory, ${processWorlds} are enough`
      : `process ${index + 1}, at the end ÷ after warming up: memory held ${growthOf(held).toFixed(2)}, resident ${growthOf(resident).toFixed(2)}`,
  );
const findings = parts.flatMap((part) => part.findings);
for (const finding of findings) console.log(`✗ ${finding}\n`);
const isGrown = Math.max(...growth) > growthMax;
if (isGrown) console.log(`✗ memory grew to more than ${growthMax} times`);
process.exit(findings.length > 0 || isGrown ? 1 : 0);
