import type { CaromServer } from "./carom-server.ts";
import { type Load, runLoad } from "./load.ts";
import type { BenchReceiver } from "./receiver.ts";
import { reconcile } from "./reconcile.ts";

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };

/** 1,000 single-event requests a second, open loop: from the scheduled send to the postback's head at the receiver. */
export const measureLatency = async (
  carom: Pick<CaromServer, "url" | "key">,
  receiver: BenchReceiver,
  load: Pick<Load, "count" | "apps" | "installs" | "partners">,
): Promise<Latency> => {
  const { count } = load;
  const first = await receiver.expect(count);
  const allHeard = receiver.allHeard();
  const { acknowledged } = await runLoad({
    first,
    url: carom.url,
    key: carom.key,
    ...load,
    batch: 1,
    connections: 64,
    ids: "none",
    name: "level_up",
    ratePerSecond: 1000,
  });
  await allHeard;
  const report = await receiver.report();
  reconcile(report, { count, acknowledged });
  const { latencyUs } = report;
  return { p50Ms: latencyUs.p50 / 1000, p99Ms: latencyUs.p99 / 1000, maxMs: latencyUs.max / 1000 };
};
