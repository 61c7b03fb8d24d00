import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureMemory } from "../support/measure-memory.ts";

export const memory: BenchRow = {
  name: "memory",
  title: "memory of the process while a million postbacks wait",
  work: "no event_id; after a burst of events at full speed and 30 s of rest; 10 apps, 1 match each",
  minutes: 3,
  sizes: { waiting: 1_000_000 },
  missing: nothingMissing,
  measure: async ({ count, receiver, size }) => {
    const catalogs = [benchCatalog(receiver.url, { apps: 10 })];
    const empty = await measureMemory({ receiver, count, world: { catalogs } });
    const waiting = size("waiting");
    const full = await measureMemory({ receiver, count, world: { catalogs, filling: { waiting, apps: 10 } } });
    const label = `${waiting.toLocaleString("en")} wait`;
    const bar = atMost(400, 250);
    return [
      figure("nothing waits: at rest", [empty.restMib], " MiB"),
      figure("nothing waits: at its most", [empty.peakMib], " MiB"),
      figure("nothing waits: rested after a burst", [empty.restedMib], " MiB"),
      measured({ label: `${label}: at rest`, unit: " MiB", bar }, [full.restMib]),
      figure(`${label}: at its most`, [full.peakMib], " MiB"),
      measured({ label: `${label}: rested after a burst`, unit: " MiB", bar }, [full.restedMib]),
    ];
  },
};
