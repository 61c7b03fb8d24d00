import type { BenchRow } from "../row.ts";
import { bullmq } from "./bullmq.ts";
import { decide } from "./decide.ts";
import { endToEnd } from "./end-to-end.ts";
import { flatApps } from "./flat-apps.ts";
import { flatHistory } from "./flat-history.ts";
import { flatInstalls } from "./flat-installs.ts";
import { flatReceivers } from "./flat-receivers.ts";
import { flatWaiting } from "./flat-waiting.ts";
import { freshCheckout } from "./fresh-checkout.ts";
import { graphileWorker } from "./graphile-worker.ts";
import { knownIds } from "./known-ids.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { memoryCatalog } from "./memory-catalog.ts";
import { noisyNeighbours } from "./noisy-neighbours.ts";
import { pgBoss } from "./pg-boss.ts";
import { reading } from "./reading.ts";
import { retention } from "./retention.ts";
import { simulation } from "./simulation.ts";
import { singles } from "./singles.ts";
import { soak } from "./soak.ts";
import { startUp } from "./start-up.ts";

/** In the order in which they are measured and told. */
export const allRows: readonly BenchRow[] = [
  endToEnd,
  knownIds,
  bullmq,
  pgBoss,
  graphileWorker,
  singles,
  latency,
  noisyNeighbours,
  reading,
  retention,
  decide,
  simulation,
  flatWaiting,
  flatApps,
  flatReceivers,
  flatInstalls,
  flatHistory,
  memory,
  memoryCatalog,
  soak,
  startUp,
  freshCheckout,
];
