import { atLeast, type BenchRow, measured, nothingMissing } from "../row.ts";
import { startChild } from "../support/child.ts";

type DecideRates = { readonly oneMatch: number; readonly tenMatches: number };

export const decide: BenchRow = {
  name: "decide",
  title: "events decided and rendered a second on one core, with 10,000 apps of ten integrations",
  work: "no event_id; 1 match, then 10 matches each; appsflyer GET template of 12 macros; nothing stored or sent",
  minutes: 1,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds }) => {
    const runs: DecideRates[] = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await measureDecide());
    return [
      measured(
        { label: "1 match", unit: "/s", bar: atLeast(100_000, 300_000) },
        runs.map(({ oneMatch }) => oneMatch),
      ),
      measured(
        { label: "10 matches", unit: "/s", bar: atLeast(40_000, 80_000) },
        runs.map(({ tenMatches }) => tenMatches),
      ),
    ];
  },
};

const measureDecide = async (): Promise<DecideRates> => {
  const child = startChild("./decide-process.ts", ["10000", "appsflyer"]);
  const { oneMatch, tenMatches } = await child.hear("done");
  await child.end();
  return { oneMatch: Number(oneMatch), tenMatches: Number(tenMatches) };
};
