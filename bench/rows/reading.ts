import { makeKey } from "../../test/support/carom-process.ts";
import { atLeast, atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { type CaromServer, startCarom } from "../support/carom-server.ts";
import { type Load, runLoad } from "../support/load.ts";
import { startPageReader } from "../support/page-reader.ts";
import type { BenchReceiver, ReceiverReport } from "../support/receiver.ts";
import { percentile } from "../support/statistics.ts";

const usersMax = 50_000;
const secondsOfRun = 6;
/** Filling is most of the time, and is done once. */
const fillSlice = 100_000;

export const reading: BenchRow = {
  name: "reading",
  title: "a page of postbacks by partner and state, and by user id, among stored ones, while it delivers at half speed",
  work: "batches of 100; no event_id; customer_user_id of 50,000 people; 1 match each; GET with 12 macros",
  minutes: 3,
  sizes: { stored: 1_000_000 },
  missing: nothingMissing,
  measure: async ({ rounds, receiver, size, note }) => {
    const carom = await startCarom(receiver.url);
    const key = await makeKey(carom.process, { kind: "export", app_id: "com.example.game" });
    const users = Math.min(usersMax, size("stored"));
    const fullRate = await fill(carom, receiver, size("stored"));
    const half = Math.round(fullRate / 200) * 100;
    note(`${size("stored").toLocaleString("en")} postbacks stored; ${half.toLocaleString("en")} events a second`);
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await deliver(carom, receiver, half);
      const reader = startPageReader(carom, { key, users });
      const beside = await deliver(carom, receiver, half);
      runs.push({ alone, beside, ...(await reader.end()) });
    }
    await carom.end();
    return [
      measured(
        { label: "page by partner and state: p99", unit: " ms", bar: atMost(200, 50) },
        runs.map(({ byState }) => percentile(byState, 0.99)),
      ),
      measured(
        { label: "page by user id: p99", unit: " ms", bar: atMost(200, 50) },
        runs.map(({ byUser }) => percentile(byUser, 0.99)),
      ),
      measured(
        { label: "delivered a second beside readers ÷ without", bar: atLeast(0.95, 0.99) },
        runs.map(({ alone, beside }) => rateOf(beside) / rateOf(alone)),
      ),
      figure(
        "delivery's p50 beside readers ÷ without",
        runs.map(({ alone, beside }) => beside.latencyUs.p50 / alone.latencyUs.p50),
      ),
      figure(
        "pages of each kind in a round",
        runs.map(({ byUser }) => byUser.length),
      ),
    ];
  },
};

type Run = {
  readonly alone: ReceiverReport;
  readonly beside: ReceiverReport;
  readonly byState: readonly number[];
  readonly byUser: readonly number[];
};

const rateOf = ({ distinct, firstAt, lastAt }: ReceiverReport): number => distinct / ((lastAt - firstAt) / 1e6);

/** Delivers so many postbacks at full speed; answers how many a second. */
const fill = async (carom: CaromServer, receiver: BenchReceiver, stored: number): Promise<number> => {
  const startedAt = performance.now();
  for (let filled = 0; filled < stored; filled += fillSlice)
    await run(carom, receiver, { count: Math.min(fillSlice, stored - filled), ratePerSecond: null });
  return stored / ((performance.now() - startedAt) / 1000);
};

const deliver = (carom: CaromServer, receiver: BenchReceiver, ratePerSecond: number): Promise<ReceiverReport> =>
  run(carom, receiver, { count: ratePerSecond * secondsOfRun, ratePerSecond });

const run = async (
  carom: CaromServer,
  receiver: BenchReceiver,
  load: Pick<Load, "count" | "ratePerSecond">,
): Promise<ReceiverReport> => {
  await receiver.expect(load.count);
  const allHeard = receiver.allHeard();
  const { url, key } = carom;
  const named = { ids: "none", name: "level_up", users: usersMax } as const;
  await runLoad({ ...load, ...named, url, key, batch: 100, connections: 8 });
  await allHeard;
  const report = await receiver.report();
  if (report.distinct !== load.count) throw new Error(`heard ${report.distinct} of ${load.count}`);
  return report;
};
