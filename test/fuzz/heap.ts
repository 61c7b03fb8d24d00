import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** Bytes that are still held after everything that can be collected has been. */
export const heldBytes = async (): Promise<number> => {
  for (let times = 0; times < 3; times += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (typeof collectGarbage === "function") collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
