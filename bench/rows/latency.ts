import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { startCarom } from "../support/carom-server.ts";
import { type Latency, measureLatency } from "../support/measure-latency.ts";

export const latency: BenchRow = {
  name: "latency",
  title: "1,000 requests of one event a second, open loop: from the scheduled send to the first byte at the receiver",
  work: "no event_id; 1 match each; appsflyer GET template of 12 macros",
  minutes: 1.5,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, receiver }) => {
    const carom = await startCarom(receiver.url);
    await measureLatency(carom, receiver, { count: 2_000 });
    const runs: Latency[] = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await measureLatency(carom, receiver, { count: 10_000 }));
    await carom.end();
    const syncMs = [measureSyncMs(), measureSyncMs(), measureSyncMs()];
    const twoSyncs = 2 * (syncMs.toSorted((a, b) => a - b)[1] ?? 0);
    return [
      measured(
        { label: "p50", unit: " ms", bar: atMost(5 + twoSyncs, 3 + twoSyncs / 2) },
        runs.map(({ p50Ms }) => p50Ms),
      ),
      measured(
        { label: "p99", unit: " ms", bar: atMost(50, 20) },
        runs.map(({ p99Ms }) => p99Ms),
      ),
      figure("write and fdatasync of 8 KiB", syncMs, " ms"),
    ];
  },
};

/** Median milliseconds of one 8 KiB write and fdatasync, in the folder where the stores of the bench are. */
const measureSyncMs = (): number => {
  const folder = mkdtempSync(join(tmpdir(), "carom-sync-"));
  const file = openSync(join(folder, "probe"), "w");
  const page = Buffer.alloc(8192, 1);
  const times: number[] = [];
  for (let round = 0; round < 500; round += 1) {
    const startedAt = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times.toSorted((a, b) => a - b)[250] ?? Number.NaN;
};
