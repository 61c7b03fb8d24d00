import { atLeast, type BenchRow, type Figure, figure, nothingMissing } from "../row.ts";
import { measureBeside } from "../support/beside.ts";
import { readMemory } from "../support/memory.ts";
import { startWorld } from "../support/world-server.ts";

export const flatWaiting: BenchRow = {
  name: "flat-waiting",
  title: "throughput while ever more postbacks wait for a retry, beside a server with none",
  work: "no event_id; 1 match each; appsflyer GET template of 12 macros; what waits is due in 1 to 4 hours",
  minutes: 4,
  sizes: { waiting: 1_000_000 },
  missing: nothingMissing,
  measure: async (context) => {
    const url = context.receiver.url;
    const plain = { label: "none", server: await startWorld(url) };
    const figures: Figure[] = [];
    for (const waiting of [10_000, 100_000, 1_000_000, context.size("waiting")].filter(
      (waiting, index, all) => waiting <= context.size("waiting") && all.indexOf(waiting) === index,
    )) {
      const server = await startWorld(url, { filling: { waiting } });
      const label = `${waiting.toLocaleString("en")} waiting`;
      figures.push(
        figure(`${label}: start`, [server.process.startMs], " ms"),
        figure(`${label}: memory before`, [readMemory(server.process.pid).rssMib], " MiB"),
        ...(await measureBeside(context, { plain, varied: { label, server }, bar: atLeast(0.8, 0.95) })),
      );
      await server.end();
    }
    await plain.server.end();
    return figures;
  },
};
