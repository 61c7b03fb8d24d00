import type { CaromServer } from "../support/carom-server.ts";
import { type Load, runLoad } from "../support/load.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import { reconcile } from "./reconcile.ts";

/**
 * Postbacks a second from the first request of the load to the last postback at the receiver; every
 * accepted event is reconciled with what was heard.
 */
export const measureEndToEnd = async (
  carom: Pick<CaromServer, "url" | "key">,
  receiver: BenchReceiver,
  load: Pick<Load, "count" | "batch" | "connections" | "ids" | "apps" | "installs" | "partners" | "varied">,
): Promise<number> => {
  const first = await receiver.expect(load.count);
  const allHeard = receiver.allHeard();
  const sent = await runLoad({ ...load, first, url: carom.url, key: carom.key, name: "level_up", ratePerSecond: null });
  await allHeard;
  const report = await receiver.report();
  reconcile(report, { count: load.count, acknowledged: sent.acknowledged });
  return load.count / ((report.lastAt - sent.startedUs) / 1e6);
};
