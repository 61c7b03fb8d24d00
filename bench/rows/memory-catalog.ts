import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { benchCatalog } from "../support/bench-catalog.ts";
import { measureMemory } from "../support/measure-memory.ts";

const partners = 10;
const mappings = 5;
/** Of each event name of each app: of how many partners' sources a burst is. */
const sourcesHeard = 2;

/** Apps of one document: all of them in one would be larger than a request may be. */
const appsAtOnce = 1_000;

export const memoryCatalog: BenchRow = {
  name: "memory-catalog",
  title: "memory of the process with a catalog of 10 integrations an app and 5 mappings each, beside one of 10 apps",
  work: "no event_id; before and after a burst of ten events of every app, each name of two sources, and 30 s of rest; 1 match each",
  minutes: 5,
  sizes: { apps: 10_000 },
  missing: nothingMissing,
  measure: async ({ receiver, size }) => {
    const apps = size("apps");
    const varied = { names: mappings, partners: sourcesHeard };
    const count = apps * mappings * sourcesHeard;
    const few = [benchCatalog(receiver.url, { apps: 10, partners, mappings })];
    const small = await measureMemory({ receiver, count, world: { catalogs: few }, spread: { apps: 10, varied } });
    const many = Array.from({ length: Math.ceil(apps / appsAtOnce) }, (_, slice) =>
      benchCatalog(receiver.url, {
        firstApp: slice * appsAtOnce,
        apps: Math.min(appsAtOnce, apps - slice * appsAtOnce),
        partners,
        mappings,
      }),
    );
    const large = await measureMemory({ receiver, count, world: { catalogs: many }, spread: { apps, varied } });
    return [
      measured({ label: `${apps.toLocaleString("en")} apps: more than with 10`, unit: " MiB", bar: atMost(250, 120) }, [
        large.restMib - small.restMib,
      ]),
      measured(
        {
          label: "rested after a burst of all apps, names and two sources: more than with 10",
          unit: " MiB",
          bar: atMost(250, 120),
        },
        [large.restedMib - small.restedMib],
      ),
      figure("rested after it", [large.restedMib], " MiB"),
      figure("start", [large.startMs], " ms"),
    ];
  },
};
