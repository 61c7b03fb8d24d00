import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaromServer } from "../support/carom-server.ts";
import { runLoad } from "../support/load.ts";
import type { BenchReceiver } from "../support/receiver.ts";

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };

/** 1,000 single-event requests a second, open loop: from the scheduled send to the postback's head at the receiver. */
export const measureLatency = async (carom: CaromServer, receiver: BenchReceiver, count: number): Promise<Latency> => {
  await receiver.expect(count);
  const allHeard = receiver.allHeard();
  await runLoad({
    url: carom.url,
    key: carom.key,
    count,
    batch: 1,
    connections: 64,
    ids: "none",
    name: "level_up",
    ratePerSecond: 1000,
  });
  await allHeard;
  const { distinct, latencyUs } = await receiver.report();
  if (distinct !== count) throw new Error(`heard ${distinct} of ${count}`);
  return { p50Ms: latencyUs.p50 / 1000, p99Ms: latencyUs.p99 / 1000, maxMs: latencyUs.max / 1000 };
};

/** Median milliseconds of one 8 KiB write and fdatasync, in the folder where the stores of the bench are. */
export const measureSyncMs = (): number => {
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
