import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { runLoad } from "../support/load.ts";
import { readMemory } from "../support/memory.ts";
import { reconcile } from "../support/reconcile.ts";
import { startWorld } from "../support/world-server.ts";

const sampleMs = 5_000;
/** Latency is told of what comes after. */
const secondsOfWarmth = 10;

export const soak: BenchRow = {
  name: "soak",
  title: "single events at a steady rate for a while: whether memory grows",
  work: "ordered event_id; 1 match each; appsflyer GET template of 12 macros",
  minutes: 2.2,
  sizes: { minutes: 2, rate: 300 },
  missing: nothingMissing,
  measure: async ({ receiver, size, note, plot }) => {
    const minutes = size("minutes");
    const rate = size("rate");
    const count = Math.round(minutes * 60 * rate);
    const server = await startWorld(receiver.url);
    // The first seconds of a new process are its compiling; in a minute they would be more than a hundredth.
    const first = await receiver.expect(count, { cold: rate * secondsOfWarmth });
    const allHeard = receiver.allHeard((minutes + 5) * 60_000);
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(readMemory(server.process.pid).rssMib), sampleMs);
    const { acknowledged, refused } = await runLoad({
      url: server.url,
      key: server.key,
      count,
      first,
      batch: 1,
      connections: 16,
      ids: "ordered",
      name: "level_up",
      ratePerSecond: rate,
    });
    await allHeard;
    clearInterval(timer);
    const report = await receiver.report();
    await server.end();
    reconcile(report, { count, acknowledged });
    const { latencyUs } = report;
    note(`${count.toLocaleString("en")} accepted and heard, ${refused} requests refused, none doubled`);
    plot({
      title: `Memory over ${minutes} minutes at ${rate} events/s`,
      unit: "MiB",
      everyS: sampleMs / 1000,
      values: samples,
    });
    const fifth = Math.max(1, Math.floor(samples.length / 5));
    const second = samples.slice(fifth, 2 * fifth);
    const last = samples.slice(-fifth);
    return [
      measured({ label: "memory in the last fifth beside the second", bar: atMost(1.2, 1.05) }, [
        median(last) / median(second),
      ]),
      figure("memory in the second fifth", second, " MiB"),
      figure("memory in the last fifth", last, " MiB"),
      figure("p50", [latencyUs.p50 / 1000], " ms"),
      figure("p99", [latencyUs.p99 / 1000], " ms"),
    ];
  },
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
