import { fileURLToPath } from "node:url";
import { atLeast, atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { startCaromFor } from "../support/carom-server.ts";
import { folderBytes } from "../support/folder-bytes.ts";
import { measureEndToEnd } from "../support/measure-end-to-end.ts";
import type { BenchReceiver } from "../support/receiver.ts";

const keptSeconds = 6;
/** The server sweeps every ten seconds, the first time ten seconds after its start. */
const sweepSeconds = 10;
/** A round is a minute. */
const roundsMax = 2;

export const retention: BenchRow = {
  name: "retention",
  title:
    "postbacks delivered a second while as many are removed as arrive, beside the seconds before the first removal",
  work: "batches of 100 over 8 connections; no event_id; 1 match each; GET with 12 macros; events kept for 6 s, swept every 10 s",
  minutes: 2.5,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, count, receiver }) => {
    const runs: Run[] = [];
    for (let round = 0; round < Math.min(rounds, roundsMax); round += 1) runs.push(await runOf(receiver, count / 4));
    return [
      measured(
        { label: "throughput ÷ without removal", bar: atLeast(0.8, 0.9) },
        runs.map(({ rateWith, rateWithout }) => rateWith / rateWithout),
      ),
      measured(
        { label: "bytes a kept event after three times the kept volume ÷ after once", bar: atMost(1.3, 1.1) },
        runs.map(({ bytesOnce, bytesThrice }) => bytesThrice / bytesOnce),
      ),
      figure(
        "size of the folder after three times the kept volume ÷ after once",
        runs.map(({ sizes }) => sizes),
      ),
      figure(
        "without removal",
        runs.map(({ rateWithout }) => rateWithout),
        "/s",
      ),
      figure(
        "with removal",
        runs.map(({ rateWith }) => rateWith),
        "/s",
      ),
      figure(
        "bytes a kept event after once",
        runs.map(({ bytesOnce }) => bytesOnce),
      ),
    ];
  },
};

type Run = {
  readonly rateWithout: number;
  readonly rateWith: number;
  /** All files of the folder after three times the kept volume, beside after once. */
  readonly sizes: number;
  /** All files of the folder, for each event of the most that were kept at once. */
  readonly bytesOnce: number;
  readonly bytesThrice: number;
};

/** The kept volume is what arrives until everything has been swept for the first time that can be. */
const runOf = async (receiver: BenchReceiver, slice: number): Promise<Run> => {
  const wrapper = [process.execPath, fileURLToPath(new URL("../support/short-retention-process.ts", import.meta.url))];
  const partner = { id: "examplenetwork_int", url: `${receiver.url}/postback` };
  const carom = await startCaromFor([partner], [...wrapper, String(keptSeconds)]);
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const rates = { without: [] as number[], with: [] as number[] };
  const deliver = async (): Promise<void> => {
    const isBefore = seconds() < sweepSeconds;
    const rate = await measureEndToEnd(carom, receiver, { count: slice, batch: 100, connections: 8, ids: "none" });
    if (isBefore && seconds() < sweepSeconds + 1) rates.without.push(rate);
    else if (!isBefore) rates.with.push(rate);
  };
  const endedAt: number[] = [];
  const deliverAndMark = async (): Promise<void> => {
    await deliver();
    endedAt.push(seconds());
  };
  const bytesOfKept = (): number => folderBytes(carom.process.folder) / (slice * mostWithin(endedAt, keptMost));
  while (seconds() < keptMost) await deliverAndMark();
  const bytesOnce = bytesOfKept();
  const sizeOnce = folderBytes(carom.process.folder);
  const kept = endedAt.length;
  while (endedAt.length < 3 * kept) await deliverAndMark();
  const bytesThrice = bytesOfKept();
  const sizes = folderBytes(carom.process.folder) / sizeOnce;
  await carom.end();
  return { sizes, rateWithout: meanRate(rates.without), rateWith: meanRate(rates.with), bytesOnce, bytesThrice };
};

/** What came just after a sweep is removed by the second one after it. */
const keptMost = keptSeconds + sweepSeconds;

/** The most instants that lie within so many seconds: a file is as large as what it held at its fullest. */
const mostWithin = (instants: readonly number[], window: number): number =>
  Math.max(...instants.map((from) => instants.filter((at) => at >= from && at <= from + window).length));

/** Of slices of the same size, one after the other. */
const meanRate = (rates: readonly number[]): number => rates.length / rates.reduce((sum, rate) => sum + 1 / rate, 0);
