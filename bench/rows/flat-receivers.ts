import { atLeast, type BenchRow, type Figure, figure, nothingMissing } from "../row.ts";
import { measureBeside } from "../support/beside.ts";
import { type BenchPartner, startCaromFor } from "../support/carom-server.ts";
import { readMemory } from "../support/memory.ts";

export const flatReceivers: BenchRow = {
  name: "flat-receivers",
  title: "throughput with ever more receivers of one app, each of which is decided about for each event, beside one",
  work: "no event_id, events to all partners in turn; 1 match and a skip for each other partner; appsflyer GET template of 12 macros",
  minutes: 1.5,
  sizes: { receivers: 100 },
  missing: nothingMissing,
  measure: async (context) => {
    const partnersOf = (count: number): readonly BenchPartner[] =>
      Array.from({ length: count }, (_, number) => ({ id: `p${number}`, url: `${context.receiver.url}/p${number}` }));
    const plain = { label: "one", server: await startCaromFor(partnersOf(1)), partners: 1 };
    const figures: Figure[] = [];
    for (const receivers of new Set([10, context.size("receivers")])) {
      const server = await startCaromFor(partnersOf(receivers));
      const label = `${receivers.toLocaleString("en")} receivers`;
      const varied = { label, server, partners: receivers };
      figures.push(
        figure(`${label}: memory before`, [readMemory(server.process.pid).rssMib], " MiB"),
        ...(await measureBeside(context, { plain, varied, bar: atLeast(0.8, 0.95) })),
      );
      await server.end();
    }
    await plain.server.end();
    return figures;
  },
};
