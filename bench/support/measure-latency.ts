import type { CaromServer } from "./carom-server.ts";
import { type Load, runLoad } from "./load.ts";
import type { BenchReceiver } from "./receiver.ts";

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };

/** 1,000 single-event requests a second, open loop: from the scheduled send to the postback's head at the receiver. */
export const measureLatency = async (
  carom: Pick<CaromServer, "url" | "key">,
  receiver: BenchReceiver,
  load: Pick<Load, "count" | "apps" | "installs" | "partners">,
): Promise<Latency> => {
  const { count } = load;
  await receiver.expect(count);
  const allHeard = receiver.allHeard();
  await runLoad({
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
  const { distinct, latencyUs } = await receiver.report();
  if (distinct !== count) throw new Error(`heard ${distinct} of ${count}`);
  return { p50Ms: latencyUs.p50 / 1000, p99Ms: latencyUs.p99 / 1000, maxMs: latencyUs.max / 1000 };
};
