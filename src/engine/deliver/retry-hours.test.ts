import assert from "node:assert/strict";
import { test } from "node:test";
import { type RetryPolicyName, retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { anAddressedCatalog, to } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";
import { hourMs } from "#test/support/an-event.ts";

const minuteMs = 60_000;

/** Days are turned here: what runs by the clock beside the retries would be most of the work. */
const rareUpkeep = { leaseTickMs: hourMs, sweepTickMs: hourMs, diskTickMs: hourMs, replayTickMs: hourMs };

/** Waits between the attempts of a postback that is always answered 503, in milliseconds, as the log has them. */
const waitsOf = async (policy: RetryPolicyName): Promise<readonly number[]> => {
  const retryPolicy = retryPolicies[policy];
  const under = await anEngine({
    catalog: anAddressedCatalog({ north: { retryPolicy } }),
    limits: { delivery: { pollIntervalMs: hourMs }, upkeep: rareUpkeep },
  });
  under.sender.script(() => ({ kind: "response", status: 503 }));
  await accept(under, [to("north")]);
  for (let hour = 0; hour < 100; hour += 1) await under.clock.turn(hourMs);
  const [dead] = await postbacks(under);
  assert.deepEqual([dead?.state, dead?.reason], ["dead", "exhausted"]);
  const detail = dead === undefined ? null : await under.storage.log.readPostback(dead.postback.id);
  const starts = (detail?.attemptLog ?? []).map(({ exchange }) => exchange.startedAt);
  return starts.slice(1).map((startedAt, place) => startedAt - (starts[place] ?? Number.NaN));
};

/** Jitter only adds, at most a tenth and at most 15 minutes; the engine's own wake-ups add seconds. */
const isWithin = (waited: number, due: number): boolean =>
  waited >= due && waited <= due + Math.min(due / 10, 15 * minuteMs) + 10_000;

const golden = (title: string, policy: RetryPolicyName, dueMs: readonly number[]): void => {
  test(title, async () => {
    const waits = await waitsOf(policy);
    assert.equal(waits.length, dueMs.length);
    for (const [place, due] of dueMs.entries())
      assert.ok(isWithin(waits[place] ?? 0, due), `after ${waits[place]} ms, due after ${due}`);
  });
};

const hours = (list: readonly number[]): readonly number[] => list.map((hour) => hour * hourMs);

golden(
  "golden, seed 001: leanplum's retries come after 1, 2, 4, 8 and then every 10 hours, and then it is dead, and kept",
  "leanplum",
  hours([1, 2, 4, 8, 10, 10, 10, 10, 10]),
);
golden("appsflyer's retries come 15 minutes apart, five attempts in all", "appsflyer", hours([0.25, 0.25, 0.25, 0.25]));
golden("carom's retries come after 5 s, 30 s, 2 m, 10 m, 30 m, 1 h, 2 h, 5 h and 10 h", "carom", [
  5_000,
  30_000,
  ...[2, 10, 30, 60, 120, 300, 600].map((minutes) => minutes * minuteMs),
]);
