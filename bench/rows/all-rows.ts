import type { BenchRow } from "../row.ts";
import { decide } from "./decide.ts";
import { endToEnd } from "./end-to-end.ts";
import { freshCheckout } from "./fresh-checkout.ts";
import { knownIds } from "./known-ids.ts";
import { latency } from "./latency.ts";
import { simulation } from "./simulation.ts";
import { singles } from "./singles.ts";
import { startUp } from "./start-up.ts";

/** In the order in which they are measured and told. */
export const allRows: readonly BenchRow[] = [
  endToEnd,
  knownIds,
  singles,
  latency,
  decide,
  simulation,
  startUp,
  freshCheckout,
];
