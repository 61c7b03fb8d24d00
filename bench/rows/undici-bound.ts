import { startChild } from "../support/child.ts";
import type { BenchReceiver } from "../support/receiver.ts";

/** Requests a second of a bare undici loop to the receiver. */
export const measureUndiciBound = async (receiver: BenchReceiver, count: number): Promise<number> => {
  await receiver.expect(count);
  const loop = startChild("./undici-loop-process.ts", [receiver.url, String(count)]);
  await receiver.allHeard();
  const report = await receiver.report();
  if (report.distinct !== count) throw new Error(`the loop sent ${count}, the receiver heard ${report.distinct}`);
  await loop.end();
  return count / ((report.lastAt - report.firstAt) / 1e6);
};
