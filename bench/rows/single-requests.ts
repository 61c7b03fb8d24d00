import type { CaromServer } from "../support/carom-server.ts";
import { startChild } from "../support/child.ts";
import { runLoad } from "../support/load.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import type { Bound } from "./undici-bound.ts";

const single = { batch: 1, connections: 64, ids: "none", ratePerSecond: null } as const;

/** Requests of a bare Fastify, one event each. */
export const measureBareFastify = async (count: number): Promise<Bound> => {
  const fastify = startChild("./bare-fastify-process.ts");
  const { url } = await fastify.hear("listening");
  const sent = await runLoad({ ...single, url: String(url), key: "none", count, name: "level_up" });
  fastify.tell({ kind: "cpu" });
  const { cpuUs } = await fastify.hear("cpu");
  await fastify.end();
  return { perSecond: count / ((sent.endedUs - sent.startedUs) / 1e6), cpuUs: Number(cpuUs) / count };
};

/** Requests a second, one event each, that match nothing. */
export const measureUnmatched = async (carom: CaromServer, count: number): Promise<number> => {
  const sent = await runLoad({ ...single, url: carom.url, key: carom.key, count, name: "nobody_maps_this" });
  return count / ((sent.endedUs - sent.startedUs) / 1e6);
};

/** Requests a second, one event and one match each, until the last postback is delivered. */
export const measureMatched = async (carom: CaromServer, receiver: BenchReceiver, count: number): Promise<number> => {
  await receiver.expect(count);
  const allHeard = receiver.allHeard();
  const sent = await runLoad({ ...single, url: carom.url, key: carom.key, count, name: "level_up" });
  await allHeard;
  const report = await receiver.report();
  if (report.distinct !== count) throw new Error(`accepted ${sent.acknowledged}, heard ${report.distinct} of ${count}`);
  return count / ((Math.max(report.lastAt, sent.endedUs) - sent.startedUs) / 1e6);
};
