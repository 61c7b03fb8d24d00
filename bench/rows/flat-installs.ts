import { atLeast, type BenchRow, type Figure, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureBeside } from "../support/beside.ts";
import { chillFolder } from "../support/chill-folder.ts";
import { startWorld } from "../support/world-server.ts";

const fewInstalls = 10_000;

export const flatInstalls: BenchRow = {
  name: "flat-installs",
  title: "throughput with ever more install records, of which each event is completed by one, beside 10,000 of them",
  work: "no event_id, a random install each; 1 match each; appsflyer GET template of 12 macros",
  minutes: 4,
  /** With `cold=1` each round begins with none of the store's file in the memory of the system. */
  sizes: { installs: 1_000_000, cold: 0 },
  missing: nothingMissing,
  measure: async (context) => {
    const url = context.receiver.url;
    const catalogs = [benchCatalog(url, { apps: 1, hasInstalls: true })];
    const few = await startWorld(url, { catalogs, filling: { installs: fewInstalls } });
    const plain = { label: "10,000", server: few, installs: fewInstalls };
    const figures: Figure[] = [];
    for (const installs of new Set([Math.min(1_000_000, context.size("installs")), context.size("installs")])) {
      const server = await startWorld(url, { catalogs, filling: { installs } });
      const isCold = context.size("cold") > 0;
      const label = `${installs.toLocaleString("en")} installs${isCold ? ", cold" : ""}`;
      const prepare = (): void => (isCold ? chillFolder(server.process.folder) : undefined);
      const varied = { label, server, installs, prepare };
      figures.push(...(await measureBeside(context, { plain, varied, bar: atLeast(0.8, 0.95) })));
      await server.end();
    }
    await few.end();
    return figures;
  },
};
