import { atMost, type BenchRow, measured, nothingMissing } from "../row.ts";
import { startCarom } from "../support/carom-server.ts";

export const startUp: BenchRow = {
  name: "start-up",
  title: "`carom serve` in an empty folder, until it listens",
  work: "no events",
  minutes: 0.2,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, receiver }) => {
    const times: number[] = [];
    for (let round = 0; round < rounds + 2; round += 1) {
      const carom = await startCarom(receiver.url);
      times.push(carom.process.startMs);
      await carom.end();
    }
    return [measured({ label: "to listening", unit: " ms", bar: atMost(700, 350) }, times)];
  },
};
