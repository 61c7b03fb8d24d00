import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureMemory } from "../support/measure-memory.ts";

/** Apps of one document: all of them in one would be larger than a request may be. */
const appsAtOnce = 1_000;

export const memoryCatalog: BenchRow = {
  name: "memory-catalog",
  title: "memory of the process with a catalog of 10 integrations an app and 5 mappings each, beside one of 10 apps",
  work: "no event_id; after a burst of events at full speed and 30 s of rest; 1 match each",
  minutes: 3,
  sizes: { apps: 10_000 },
  missing: nothingMissing,
  measure: async ({ count, receiver, size }) => {
    const apps = size("apps");
    const few = [benchCatalog(receiver.url, { apps: 10 })];
    const small = await measureMemory({ receiver, count, world: { catalogs: few } });
    const many = Array.from({ length: Math.ceil(apps / appsAtOnce) }, (_, slice) =>
      benchCatalog(receiver.url, {
        firstApp: slice * appsAtOnce,
        apps: Math.min(appsAtOnce, apps - slice * appsAtOnce),
        partners: 10,
        mappings: 5,
      }),
    );
    const large = await measureMemory({ receiver, count, world: { catalogs: many } });
    return [
      measured({ label: `${apps.toLocaleString("en")} apps: more than with 10`, unit: " MiB", bar: atMost(250, 120) }, [
        large.restMib - small.restMib,
      ]),
      figure("rested after a burst", [large.restedMib], " MiB"),
      figure("start", [large.startMs], " ms"),
    ];
  },
};
