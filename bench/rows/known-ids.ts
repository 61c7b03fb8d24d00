import { atLeast, type BenchRow, nothingMissing } from "../row.ts";
import { compare } from "../support/compare.ts";
import { measureEndToEnd } from "../support/measure-end-to-end.ts";
import { measureUndiciBound } from "../support/undici-bound.ts";
import { startWorld } from "../support/world-server.ts";

export const knownIds: BenchRow = {
  name: "known-ids",
  title: "postbacks delivered a second with random event_ids, while a million others are known",
  work: "random UUIDs as event_id; 1 match each; appsflyer GET template of 12 macros; 25 fields an event",
  minutes: 2,
  sizes: { known: 1_000_000 },
  missing: nothingMissing,
  measure: async ({ rounds, count, receiver, size }) => {
    const known = size("known");
    const carom = await startWorld(receiver.url, { filling: { known } });
    const figures = await compare({
      label: `random event_id, ${known.toLocaleString("en")} known`,
      bar: atLeast(0.35, 0.5),
      rounds,
      count,
      carom,
      bound: () => measureUndiciBound(receiver, count),
      measure: () => measureEndToEnd(carom, receiver, { count, batch: 100, connections: 8, ids: "random" }),
    });
    await carom.end();
    return figures;
  },
};
