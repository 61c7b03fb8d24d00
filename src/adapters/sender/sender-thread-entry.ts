import { enableCompileCache } from "node:module";
import { workerData } from "node:worker_threads";
import type { SenderThreadData } from "./sender-thread.ts";

/**
 * Where a sender thread begins. A thread does not take over the compile cache of its process, and
 * undici is large: with the cache a thread is ready in half the time. So it is switched on here,
 * before the program is loaded.
 */
const begin = async (data: SenderThreadData): Promise<void> => {
  if (data.compileCacheFolder !== null) enableCompileCache(data.compileCacheFolder);
  const { runSenderThread } = await import("./sender-thread-main.ts");
  runSenderThread(data.settings);
};

await begin(workerData);
