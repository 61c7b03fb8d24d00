import assert from "node:assert/strict";
import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { test } from "node:test";
import { collectSoon } from "./collect-soon.ts";

test("a thread that allocates nothing more is collected in steps, and takes no memory for it", async () => {
  const collected = Promise.withResolvers<PerformanceEntry>();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (isWhole(entry)) collected.resolve(entry);
  });
  observer.observe({ entryTypes: ["gc"] });
  const before = process.memoryUsage.rss();
  collectSoon();
  assert.ok(process.memoryUsage.rss() - before < 36 * 2 ** 20, "no page of the buffer is touched");
  await collected.promise;
  observer.disconnect();
});

const isWhole = (entry: PerformanceEntry): boolean =>
  "detail" in entry &&
  typeof entry.detail === "object" &&
  entry.detail !== null &&
  "kind" in entry.detail &&
  entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
