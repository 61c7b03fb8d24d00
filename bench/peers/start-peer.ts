import { type Child, startChild } from "../support/child.ts";
import { runLoad } from "../support/load.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import { readTreeCpu } from "../support/tree-cpu.ts";
import type { TemporaryServer } from "./temporary-server.ts";

/** Events come to its producer by HTTP from the same load as Carom's, or it makes them itself. */
export type Way = "http" | "direct";

/** From the first batch to the last number at the receiver; the CPU is that of one postback in all its processes. */
export type Delivered = { readonly perSecond: number; readonly cpuUs: number };

/** A peer whose server, producer and workers run. */
export type Peer = {
  /** Its server, and what that says of its durability. */
  readonly settings: string;
  readonly deliver: (count: number, way: Way) => Promise<Delivered>;
  /** Numbers that the receiver heard more than once so far. */
  readonly doubled: () => number;
  readonly end: () => Promise<void>;
};

export type PeerStart = {
  /** Its file in bench/peers/. */
  readonly script: string;
  readonly server: TemporaryServer;
  readonly receiver: BenchReceiver;
  readonly workers: number;
};

export const startPeer = async ({ script, server, receiver, workers }: PeerStart): Promise<Peer> => {
  const start = (role: string): Child => startChild(`../peers/${script}`, [role, server.address, receiver.url]);
  const producer = start("producer");
  // The producer is first and alone, so that two processes never make the tables at the same time.
  const { url } = await producer.hear("ready");
  const children = [producer, ...Array.from({ length: workers }, () => start("worker"))];
  for (const worker of children.slice(1)) await worker.hear("ready");
  const pids = [server.pid, ...children.map(({ pid }) => pid)];
  producer.tell({ kind: "durability" });
  const { text } = await producer.hear("durability");
  let doubled = 0;
  return {
    settings: `${server.version}: ${text}`,
    deliver: async (count, way) => {
      const first = await receiver.expect(count);
      const allHeard = receiver.allHeard();
      const cpuBefore = readTreeCpu(pids);
      const run = { first, count };
      const startedUs = way === "http" ? await loadByHttp(String(url), run) : await produce(producer, run);
      await allHeard;
      await untilNoneIsLeft(producer);
      const cpuUs = (readTreeCpu(pids) - cpuBefore) / count;
      const report = await receiver.report();
      if (report.distinct !== count) throw new Error(`enqueued ${count}, heard ${report.distinct}`);
      doubled += report.doubled;
      return { perSecond: count / ((report.lastAt - startedUs) / 1e6), cpuUs };
    },
    doubled: () => doubled,
    end: async () => {
      for (const child of children.toReversed()) await child.end();
      await server.end();
    },
  };
};

type Run = { readonly first: number; readonly count: number };

/** When it began. */
const loadByHttp = async (url: string, run: Run): Promise<number> => {
  const load = { ...run, url, key: "none", batch: 100, connections: 8, ids: "none", name: "level_up" } as const;
  return (await runLoad({ ...load, ratePerSecond: null })).startedUs;
};

const produce = async (producer: Child, run: Run): Promise<number> => {
  producer.tell({ kind: "produce", ...run });
  return Number((await producer.hear("produced"))["startedUs"]);
};

/** The next round begins when the outcome of every job of this one is recorded. */
const untilNoneIsLeft = async (producer: Child): Promise<void> => {
  for (;;) {
    producer.tell({ kind: "left" });
    const { count } = await producer.hear("left");
    if (count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
