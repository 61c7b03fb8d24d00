import { type BenchRow, figure, nothingMissing } from "../row.ts";
import { startChild } from "../support/child.ts";

export const simulation: BenchRow = {
  name: "simulation",
  title: "a draft that changes every postback's content, run over stored events on SQLite",
  work: "no event_id; half of the events to 10 partners, half to none; appsflyer GET template of 5 macros",
  minutes: 2,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, count }) => {
    const runs: SimulationTime[] = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await measureSimulation(count));
    return [
      figure(
        `over ${count.toLocaleString("en")} events`,
        runs.map(({ seconds }) => seconds),
        " s",
      ),
      figure(
        "the process is deaf for, p99",
        runs.map(({ deafMs }) => deafMs),
        " ms",
      ),
    ];
  },
};

type SimulationTime = { readonly seconds: number; readonly deafMs: number };

const measureSimulation = async (events: number): Promise<SimulationTime> => {
  const child = startChild("./simulation-process.ts", [String(events)]);
  const { seconds, deafMs } = await child.hear("done");
  await child.end();
  return { seconds: Number(seconds), deafMs: Number(deafMs) };
};
