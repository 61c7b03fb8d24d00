import { atLeast, type BenchRow, type Figure, nothingMissing } from "../row.ts";
import { startCarom } from "../support/carom-server.ts";
import { compare } from "../support/compare.ts";
import { measureEndToEnd } from "../support/measure-end-to-end.ts";
import { measureUndiciBound } from "../support/undici-bound.ts";

export const endToEnd: BenchRow = {
  name: "end-to-end",
  title: "postbacks delivered a second, in batches of 100 over 8 connections, beside a bare undici loop",
  work: "no event_id, then ordered event_ids; 1 match each; appsflyer GET template of 12 macros; 25 fields an event",
  minutes: 2,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, count, receiver }) => {
    const carom = await startCarom(receiver.url);
    const load = { count, batch: 100, connections: 8 };
    const figures: Figure[] = [];
    await measureEndToEnd(carom, receiver, { ...load, ids: "none" });
    for (const [label, ids] of [
      ["no event_id", "none"],
      ["ordered event_id", "ordered"],
    ] as const)
      figures.push(
        ...(await compare({
          label,
          bar: atLeast(0.5, 0.7),
          rounds,
          count,
          carom,
          bound: () => measureUndiciBound(receiver, count),
          measure: () => measureEndToEnd(carom, receiver, { ...load, ids }),
        })),
      );
    await carom.end();
    return figures;
  },
};
