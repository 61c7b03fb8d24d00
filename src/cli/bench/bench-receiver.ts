import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { distinctAt, doubledAt, makeHeardMemory } from "./heard-numbers.ts";

export type BenchReceiver = {
  readonly origin: string;
  /** Different numbers heard so far. */
  readonly distinct: () => number;
  /** Numbers heard more than once. */
  readonly doubled: () => number;
  /** When it was heard first, or null. */
  readonly heardAt: (number: number) => number | null;
  readonly close: () => Promise<void>;
};

export const openBenchReceiver = async (): Promise<BenchReceiver> => {
  const memory = makeHeardMemory();
  const thread = new Worker(new URL("./receiver-thread.ts", import.meta.url), { workerData: memory });
  const [address]: { readonly port: number }[] = await once(thread, "message");
  return {
    origin: `http://127.0.0.1:${address?.port}`,
    distinct: () => Atomics.load(memory.counts, distinctAt),
    doubled: () => Atomics.load(memory.counts, doubledAt),
    heardAt: (number) => memory.heardAt[number] || null,
    close: async () => {
      await thread.terminate();
    },
  };
};
