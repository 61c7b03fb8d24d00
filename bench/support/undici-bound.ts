import { startChild } from "../support/child.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import { reconcile } from "./reconcile.ts";

/** What Carom is compared with: how many a second, and the CPU that one of them took of its process. */
export type Bound = { readonly perSecond: number; readonly cpuUs: number };

/** Requests of a bare undici loop to the receiver. */
export const measureUndiciBound = async (receiver: BenchReceiver, count: number): Promise<Bound> => {
  const first = await receiver.expect(count);
  const loop = startChild("./undici-loop-process.ts", [receiver.url, String(first), String(count)]);
  await receiver.allHeard();
  const report = await receiver.report();
  reconcile(report, { count });
  const { cpuUs } = await loop.hear("done");
  await loop.end();
  return { perSecond: count / ((report.lastAt - report.firstAt) / 1e6), cpuUs: Number(cpuUs) / count };
};
