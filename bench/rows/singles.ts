import { atLeast, type BenchRow, nothingMissing } from "../row.ts";
import { type CaromServer, startCarom } from "../support/carom-server.ts";
import { startChild } from "../support/child.ts";
import { compare } from "../support/compare.ts";
import { runLoad } from "../support/load.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import { reconcile } from "../support/reconcile.ts";
import type { Bound } from "../support/undici-bound.ts";

const single = { batch: 1, connections: 64, ids: "none", ratePerSecond: null } as const;

export const singles: BenchRow = {
  name: "singles",
  title: "requests of one event over 64 connections, beside a bare Fastify that parses the same JSON and answers 202",
  work: "no event_id; no match, then 1 match that is also delivered; appsflyer GET template of 12 macros",
  minutes: 2,
  sizes: {},
  missing: nothingMissing,
  measure: async ({ rounds, count, receiver }) => {
    const carom = await startCarom(receiver.url);
    const few = count / 2;
    const both = { rounds, count: few, carom, bound: () => measureBareFastify(few) };
    const figures = [
      ...(await compare({
        ...both,
        label: "no match",
        bar: atLeast(0.5, 0.7),
        measure: () => measureUnmatched(carom, few),
      })),
      ...(await compare({
        ...both,
        label: "1 match, delivered",
        bar: atLeast(0.2, 0.35),
        measure: () => measureMatched(carom, receiver, few),
      })),
    ];
    await carom.end();
    return figures;
  },
};

/** Requests of a bare Fastify, one event each. */
const measureBareFastify = async (count: number): Promise<Bound> => {
  const fastify = startChild("./bare-fastify-process.ts");
  const { url } = await fastify.hear("listening");
  const sent = await runLoad({ ...single, url: String(url), key: "none", count, name: "level_up" });
  fastify.tell({ kind: "cpu" });
  const { cpuUs } = await fastify.hear("cpu");
  await fastify.end();
  return { perSecond: count / ((sent.endedUs - sent.startedUs) / 1e6), cpuUs: Number(cpuUs) / count };
};

/** Requests a second, one event each, that match nothing. */
const measureUnmatched = async (carom: CaromServer, count: number): Promise<number> => {
  const sent = await runLoad({ ...single, url: carom.url, key: carom.key, count, name: "nobody_maps_this" });
  if (sent.acknowledged !== count) throw new Error(`accepted ${sent.acknowledged} of ${count}`);
  return count / ((sent.endedUs - sent.startedUs) / 1e6);
};

/** Requests a second, one event and one match each, until the last postback is delivered. */
const measureMatched = async (carom: CaromServer, receiver: BenchReceiver, count: number): Promise<number> => {
  const first = await receiver.expect(count);
  const allHeard = receiver.allHeard();
  const sent = await runLoad({ ...single, first, url: carom.url, key: carom.key, count, name: "level_up" });
  await allHeard;
  const report = await receiver.report();
  reconcile(report, { count, acknowledged: sent.acknowledged });
  return count / ((Math.max(report.lastAt, sent.endedUs) - sent.startedUs) / 1e6);
};
