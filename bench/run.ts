/**
 * `npm run bench`: measures the rows below in one run, prints medians with their spread, and writes
 * them to `bench/results/latest.json`. `--quick` makes fewer and shorter runs; `--only <row>` one row;
 * `--known <n>` sets how many random ids are already known (1,000,000 by default).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type DecideRates, measureDecide } from "./rows/decide.ts";
import { measureEndToEnd } from "./rows/end-to-end.ts";
import { measureFreshCheckout } from "./rows/fresh-checkout.ts";
import { type Latency, measureLatency, measureSyncMs } from "./rows/latency.ts";
import { measureSimulation, type SimulationTime } from "./rows/simulation.ts";
import { measureBareFastify, measureMatched, measureUnmatched } from "./rows/single-requests.ts";
import { type Bound, measureUndiciBound } from "./rows/undici-bound.ts";
import { type CaromServer, startCarom } from "./support/carom-server.ts";
import { runLoad } from "./support/load.ts";
import { type BenchReceiver, startReceiver } from "./support/receiver.ts";
import { printSpread, type Spread, spreadOf } from "./support/statistics.ts";
import { cpuForEach, readThreadCpu, type ThreadCpu } from "./support/thread-cpu.ts";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" }, known: { type: "string", default: "1000000" } },
});
const rounds = options.quick === true ? 3 : 5;
const count = options.quick === true ? 40_000 : 100_000;
const results: Record<string, Spread> = {};

const note = (row: string, values: readonly number[], unit = ""): void => {
  results[row] = spreadOf(values);
  console.log(`${row.padEnd(66)} ${printSpread(results[row], unit)}`);
};

/**
 * Rates of this run side by side: each round measures the bound and then Carom, so that both meet
 * the same weather. The CPU that each of them took for one does not depend on the weather as a rate does.
 */
const compare = async (comparison: {
  readonly row: string;
  readonly count: number;
  readonly carom: CaromServer;
  readonly bound: () => Promise<Bound>;
  readonly measure: () => Promise<number>;
}): Promise<void> => {
  const { row, carom } = comparison;
  const bounds: Bound[] = [];
  const rates: number[] = [];
  const cpu: ThreadCpu[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bounds.push(await comparison.bound());
    const before = readThreadCpu(carom.process.pid);
    rates.push(await comparison.measure());
    cpu.push(cpuForEach(before, readThreadCpu(carom.process.pid), comparison.count));
  }
  const boundRates = bounds.map(({ perSecond }) => perSecond);
  const boundCpu = bounds.map(({ cpuUs }) => cpuUs);
  note(`${row}: bound`, boundRates, "/s");
  note(`${row}: carom`, rates, "/s");
  note(
    `${row}: ratio`,
    rates.map((rate, round) => rate / (boundRates[round] ?? Number.NaN)),
  );
  note(`${row}: CPU, bound`, boundCpu, " µs");
  for (const name of new Set(cpu.flatMap((threads) => [...threads.keys()])))
    if (cpu.some((threads) => (threads.get(name) ?? 0) >= cpuUsShown))
      note(
        `${row}: CPU, ${name}`,
        cpu.map((threads) => threads.get(name) ?? 0),
        " µs",
      );
};
/** Threads that take less are not told of. */
const cpuUsShown = 1;

const endToEnd = async (receiver: BenchReceiver): Promise<void> => {
  const carom = await startCarom(receiver.url);
  const bound = (): Promise<Bound> => measureUndiciBound(receiver, count);
  const load = { count, batch: 100, connections: 8 };
  await measureEndToEnd(carom, receiver, { ...load, ids: "none" });
  for (const [row, ids] of [
    ["batches of 100, 1 match, no event_id", "none"],
    ["batches of 100, 1 match, ordered event_id", "ordered"],
  ] as const)
    await compare({ row, count, carom, bound, measure: () => measureEndToEnd(carom, receiver, { ...load, ids }) });
  await carom.end();
};

const knownIds = async (receiver: BenchReceiver): Promise<void> => {
  const carom = await startCarom(receiver.url);
  const known = Number(options.known);
  await runLoad({
    url: carom.url,
    key: carom.key,
    count: known,
    batch: 500,
    connections: 8,
    ids: "random",
    name: "nobody_maps_this",
    ratePerSecond: null,
  });
  await compare({
    row: `batches of 100, 1 match, random event_id, ${known.toLocaleString("en")} known`,
    count,
    carom,
    bound: () => measureUndiciBound(receiver, count),
    measure: () => measureEndToEnd(carom, receiver, { count, batch: 100, connections: 8, ids: "random" }),
  });
  await carom.end();
};

const singles = async (receiver: BenchReceiver): Promise<void> => {
  const carom = await startCarom(receiver.url);
  const few = count / 2;
  const bound = (): Promise<Bound> => measureBareFastify(few);
  const measured = { count: few, carom, bound };
  await compare({
    ...measured,
    row: "single-event requests, no match",
    measure: () => measureUnmatched(carom, few),
  });
  await compare({
    ...measured,
    row: "single-event requests, 1 match, delivered",
    measure: () => measureMatched(carom, receiver, few),
  });
  await carom.end();
};

const latency = async (receiver: BenchReceiver): Promise<void> => {
  const carom = await startCarom(receiver.url);
  await measureLatency(carom, receiver, 2_000);
  const runs: Latency[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measureLatency(carom, receiver, 10_000));
  note("write + fdatasync of 8 KiB", [measureSyncMs(), measureSyncMs(), measureSyncMs()], " ms");
  note(
    "1,000 events/s: p50",
    runs.map((run) => run.p50Ms),
    " ms",
  );
  note(
    "1,000 events/s: p99",
    runs.map((run) => run.p99Ms),
    " ms",
  );
  await carom.end();
};

const decide = async (): Promise<void> => {
  const runs: DecideRates[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measureDecide("appsflyer"));
  note(
    "decide + render, 10,000 apps, 1 match",
    runs.map((run) => run.oneMatch),
    "/s",
  );
  note(
    "decide + render, 10,000 apps, 10 matches",
    runs.map((run) => run.tenMatches),
    "/s",
  );
};

const simulation = async (): Promise<void> => {
  const runs: SimulationTime[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measureSimulation(count));
  note(
    `simulation over ${count.toLocaleString("en")} stored events, half of them to 10 partners`,
    runs.map((run) => run.seconds),
    " s",
  );
  note(
    "simulation: the process is deaf for, p99",
    runs.map((run) => run.deafMs),
    " ms",
  );
};

const startUp = async (receiver: BenchReceiver): Promise<void> => {
  const times: number[] = [];
  for (let round = 0; round < rounds + 2; round += 1) {
    const carom = await startCarom(receiver.url);
    times.push(carom.process.startMs);
    await carom.end();
  }
  note("carom serve to listening", times, " ms");
};

const freshCheckout = async (): Promise<void> => {
  note("fresh checkout to first postback, npm ci included", [await measureFreshCheckout()], " s");
};

const rows = {
  decide,
  "end-to-end": endToEnd,
  "known-ids": knownIds,
  singles,
  latency,
  simulation,
  "start-up": startUp,
  "fresh-checkout": freshCheckout,
};

console.log(
  `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
);
const loadAtStart = loadavg()[0]?.toFixed(1);
const receiver = await startReceiver();
for (const [name, row] of Object.entries(rows))
  if (options.only === undefined || options.only === name) await row(receiver);
if (receiver.busyShares.length > 0) note("share of one core that the receiver took", receiver.busyShares);
await receiver.end();
console.log(`\nothers on the machine: load ${loadavg()[0]?.toFixed(1)} at the end, ${loadAtStart} at the start`);
mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
writeFileSync(new URL("./results/latest.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
