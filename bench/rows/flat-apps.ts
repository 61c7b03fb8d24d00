import { atLeast, type BenchRow, type Figure, figure, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureBeside } from "../support/beside.ts";
import { readMemory } from "../support/memory.ts";
import { startWorld } from "../support/world-server.ts";

export const flatApps: BenchRow = {
  name: "flat-apps",
  title: "throughput with ever more apps, each a receiver of its own, beside a server with one",
  work: "no event_id, events to all apps in turn; 1 match each; appsflyer GET template of 12 macros",
  minutes: 3,
  sizes: { apps: 10_000 },
  missing: nothingMissing,
  measure: async (context) => {
    const url = context.receiver.url;
    const plain = { label: "one", server: await startWorld(url) };
    const figures: Figure[] = [];
    for (const apps of [100, context.size("apps")]) {
      const server = await startWorld(url, { catalogs: [benchCatalog(url, { apps })] });
      const label = `${apps.toLocaleString("en")} apps`;
      figures.push(
        figure(`${label}: memory before`, [readMemory(server.process.pid).rssMib], " MiB"),
        ...(await measureBeside(context, { plain, varied: { label, server, apps }, bar: atLeast(0.8, 0.95) })),
      );
      await server.end();
    }
    await plain.server.end();
    return figures;
  },
};
