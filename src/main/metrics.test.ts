import assert from "node:assert/strict";
import { test } from "node:test";
import { createTables } from "#src/adapters/memory/tables.ts";
import { readTotals } from "#src/adapters/memory/totals.ts";
import { openMetrics } from "./metrics.ts";

const openScraped = () => {
  const metrics = openMetrics();
  metrics.observe({
    status: () => ({
      intakeQueue: 0,
      inHand: 0,
      inFlight: 0,
      refusing: null,
      breakers: [],
      inFlightByReceiver: new Map(),
      attempts: { delivered: 0, retryable: 0, permanent: 0 },
    }),
    pauses: () => [
      { scope: { level: "partner", id: "north" }, since: 0, by: "local" },
      { scope: { level: "partner", id: "south" }, since: 0, by: "local" },
    ],
    totals: async () => readTotals(createTables()),
  });
  return metrics;
};

test("events that came twice are counted, batch by batch", async () => {
  const metrics = openScraped();
  metrics.countBatch({ duplicates: 2, lookUpMs: 1, recordMs: 1 });
  metrics.countBatch({ duplicates: 1, lookUpMs: 1, recordMs: 1 });
  assert.match(await metrics.metrics(), /^carom_events_duplicate_total 3$/m);
});

test("pauses in force are shown by their level", async () => {
  const scraped = await openScraped().metrics();
  assert.match(scraped, /^carom_pauses\{level="partner"\} 2$/m);
  assert.match(scraped, /^carom_pauses\{level="everything"\} 0$/m);
});

test("processor time counts from the start of the process, and not from the first scrape", async () => {
  const metrics = openScraped();
  const secondsIn = (text: string, kind: string): number =>
    Number(new RegExp(`^process_cpu_${kind}seconds_total (\\S+)$`, "m").exec(text)?.[1]);
  for (const scrape of ["first", "second"]) {
    const { user, system } = process.cpuUsage();
    const text = await metrics.metrics();
    assert.ok(secondsIn(text, "user_") >= user / 1_000_000, scrape);
    assert.ok(secondsIn(text, "system_") >= system / 1_000_000, scrape);
    assert.ok(secondsIn(text, "") >= (user + system) / 1_000_000, scrape);
    assert.ok(secondsIn(text, "") <= (process.cpuUsage().user + process.cpuUsage().system) / 1_000_000, scrape);
  }
});
