import { makeKey } from "../../test/support/carom-process.ts";
import { atLeast, atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { benchAppId } from "../support/bench-event.ts";
import { type Load, runLoad } from "../support/load.ts";
import { startPageReader } from "../support/page-reader.ts";
import type { BenchReceiver, ReceiverReport } from "../support/receiver.ts";
import { reconcile } from "../support/reconcile.ts";
import { percentile } from "../support/statistics.ts";
import { startWorld, type WorldServer } from "../support/world-server.ts";

const usersMax = 50_000;
const secondsOfRun = 6;
const historyDays = 30;
/** Delivered at full speed, to know what half of it is. */
const fullSpeedCount = 100_000;

export const reading: BenchRow = {
  name: "reading",
  title: "a page of postbacks by partner and state, and by user id, among stored ones, while it delivers at half speed",
  work: "batches of 100; no event_id; customer_user_id of 50,000 people; 1 match each; GET with 12 macros",
  minutes: 3,
  sizes: { stored: 1_000_000 },
  missing: nothingMissing,
  measure: async ({ rounds, receiver, size, note }) => {
    const stored = size("stored");
    const users = Math.min(usersMax, stored);
    const carom = await startWorld(receiver.url, { filling: { history: stored, historyDays, users } });
    const key = await makeKey(carom.process, { kind: "export", app_id: benchAppId });
    const fullRate = rateOf(
      await run(carom, receiver, { count: Math.min(fullSpeedCount, stored), ratePerSecond: null }),
    );
    const half = Math.round(fullRate / 200) * 100;
    note(
      `${stored.toLocaleString("en")} postbacks stored over ${historyDays} days; ${half.toLocaleString("en")} events a second`,
    );
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

const deliver = (carom: WorldServer, receiver: BenchReceiver, ratePerSecond: number): Promise<ReceiverReport> =>
  run(carom, receiver, { count: ratePerSecond * secondsOfRun, ratePerSecond });

const run = async (
  carom: WorldServer,
  receiver: BenchReceiver,
  load: Pick<Load, "count" | "ratePerSecond">,
): Promise<ReceiverReport> => {
  const first = await receiver.expect(load.count);
  const allHeard = receiver.allHeard();
  const { url, key } = carom;
  const named = { ids: "none", name: "level_up", users: usersMax } as const;
  const { acknowledged } = await runLoad({ ...load, ...named, first, url, key, batch: 100, connections: 8 });
  await allHeard;
  const report = await receiver.report();
  reconcile(report, { count: load.count, acknowledged });
  return report;
};
