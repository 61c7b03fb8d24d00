import { atLeast, type BenchRow, type Figure, figure, nothingMissing } from "../row.ts";
import { measureBeside } from "../support/beside.ts";
import { folderBytes } from "../support/folder-bytes.ts";
import { startWorld } from "../support/world-server.ts";

/** One day more than is kept: its oldest day is removed while it is measured. */
const historyDays = 31;

export const flatHistory: BenchRow = {
  name: "flat-history",
  title: "throughput with a month of history, whose oldest day retention removes meanwhile, beside an empty server",
  work: "no event_id; 1 match each; appsflyer GET template of 12 macros; events kept for 30 days",
  minutes: 2,
  sizes: { history: 500_000 },
  missing: nothingMissing,
  measure: async (context) => {
    const url = context.receiver.url;
    const plain = { label: "none", server: await startWorld(url) };
    const figures: Figure[] = [];
    for (const history of new Set([Math.min(100_000, context.size("history")), context.size("history")])) {
      const server = await startWorld(url, { filling: { history, historyDays } });
      const label = `${history.toLocaleString("en")} events in ${historyDays} days`;
      figures.push(
        figure(`${label}: start`, [server.process.startMs], " ms"),
        figure(`${label}: bytes of the folder, each event`, [folderBytes(server.process.folder) / history]),
        ...(await measureBeside(context, { plain, varied: { label, server }, bar: atLeast(0.8, 0.95) })),
      );
      await server.end();
    }
    await plain.server.end();
    return figures;
  },
};
