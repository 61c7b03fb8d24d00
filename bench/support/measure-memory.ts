import { setTimeout as delay } from "node:timers/promises";
import type { Load } from "./load.ts";
import { measureEndToEnd } from "./measure-end-to-end.ts";
import { readMemory } from "./memory.ts";
import type { BenchReceiver } from "./receiver.ts";
import { startWorld, type World } from "./world-server.ts";

/** After a burst: what is only garbage is given back by then. V8 leaves a process alone for its first half minute. */
const restMs = 30_000;

/** Of one server: before anything was sent, at its most, and some time after a burst of `count` events at full speed. */
export const measureMemory = async (of: {
  readonly receiver: BenchReceiver;
  readonly count: number;
  readonly world: World;
  /** Of which apps, names and partners the burst is; by default of one each. */
  readonly spread?: Pick<Load, "apps" | "varied">;
}): Promise<{
  readonly startMs: number;
  readonly restMib: number;
  readonly peakMib: number;
  readonly restedMib: number;
}> => {
  const { receiver, count, world, spread = {} } = of;
  const server = await startWorld(receiver.url, world);
  const { pid, startMs } = server.process;
  const { rssMib: restMib } = readMemory(pid);
  await measureEndToEnd(server, receiver, { count, batch: 100, connections: 8, ids: "none", ...spread });
  const { peakMib } = readMemory(pid);
  await delay(restMs);
  const { rssMib: restedMib } = readMemory(pid);
  await server.end();
  return { startMs, restMib, peakMib, restedMib };
};
