import { setTimeout as delay } from "node:timers/promises";
import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureEndToEnd } from "../support/measure-end-to-end.ts";
import { readMemory } from "../support/memory.ts";
import { startWorld } from "../support/world-server.ts";

/** After a burst: what is only garbage is given back by then, if it ever is. */
const restMs = 10_000;

export const memory: BenchRow = {
  name: "memory",
  title: "memory of the process while a million postbacks wait, and with a large catalog",
  work: "no event_id; after a burst of events at full speed and 10 s of rest; 1 match each",
  minutes: 3,
  sizes: { waiting: 1_000_000, apps: 10_000 },
  missing: nothingMissing,
  measure: async ({ count, receiver, size }) => {
    const load = { count, batch: 100, connections: 8, ids: "none" } as const;
    const measureIn = async (given: Parameters<typeof startWorld>[1]) => {
      const server = await startWorld(receiver.url, given);
      const { rssMib: idle } = readMemory(server.process.pid);
      await measureEndToEnd(server, receiver, load);
      const { peakMib: peak } = readMemory(server.process.pid);
      await delay(restMs);
      const { rssMib: rested } = readMemory(server.process.pid);
      await server.end();
      return { idle, peak, rested };
    };
    const small = benchCatalog(receiver.url, { apps: 10 });
    const empty = await measureIn({ catalog: small });
    const waiting = size("waiting");
    const full = await measureIn({ catalog: small, filling: { waiting, apps: 10 } });
    const apps = size("apps");
    const large = await measureIn({
      catalog: benchCatalog(receiver.url, { apps, partners: 10, mappings: 5 }),
      filling: {},
    });
    return [
      figure("nothing waits, 10 apps: idle", [empty.idle], " MiB"),
      figure("nothing waits, 10 apps: at its most", [empty.peak], " MiB"),
      figure("nothing waits, 10 apps: rested", [empty.rested], " MiB"),
      measured({ label: `${waiting.toLocaleString("en")} wait, 10 apps: idle`, unit: " MiB", bar: atMost(400, 250) }, [
        full.idle,
      ]),
      figure(`${waiting.toLocaleString("en")} wait, 10 apps: at its most`, [full.peak], " MiB"),
      measured(
        { label: `${waiting.toLocaleString("en")} wait, 10 apps: rested`, unit: " MiB", bar: atMost(400, 250) },
        [full.rested],
      ),
      measured(
        {
          label: `${apps.toLocaleString("en")} apps × 10 integrations × 5 mappings: more than 10 apps`,
          unit: " MiB",
          bar: atMost(250, 120),
        },
        [large.idle - empty.idle],
      ),
      figure("the large catalog: rested after a burst", [large.rested], " MiB"),
    ];
  },
};
