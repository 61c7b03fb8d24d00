import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRetryPolicyName, retryPolicies } from "./retry-policies.ts";
import { jitterMsMax, nextDueAt, retryAfterMsMax } from "./retry-schedule.ts";

const hour = 3_600_000;
/** Attempt times in hours from the first, without jitter, until the policy is used up. */
function hoursOf(policy: (typeof retryPolicies)[keyof typeof retryPolicies]): readonly number[] {
  const at = [0];
  for (let spent = 1; ; spent++) {
    const due = nextDueAt(policy, spent, (at.at(-1) ?? 0) * hour, null, 0);
    if (due === null) return at;
    at.push(due / hour);
  }
}

test("golden: leanplum tries ten times, after 1, 2, 4, 8 and then every 10 hours", () => {
  assert.deepEqual(hoursOf(retryPolicies.leanplum), [0, 1, 3, 7, 15, 25, 35, 45, 55, 65]);
});

test("appsflyer tries five times 15 minutes apart, carom ten times in under 19 hours, none once", () => {
  assert.deepEqual(hoursOf(retryPolicies.appsflyer), [0, 0.25, 0.5, 0.75, 1]);
  assert.equal(hoursOf(retryPolicies.carom).length, 10);
  assert.equal(Math.floor(hoursOf(retryPolicies.carom).at(-1) ?? 0), 18);
  assert.deepEqual(hoursOf(retryPolicies.none), [0]);
});

test("the named policies are known by their names", () => {
  for (const [name, policy] of Object.entries(retryPolicies)) {
    assert.ok(isRetryPolicyName(name));
    assert.equal(policy.name, name);
  }
  assert.ok(!isRetryPolicyName("toString"));
});

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const spent = fc.integer({ min: 1, max: 9 });
const retryAfter = fc.option(fc.integer({ min: -5, max: 1_000_000 }));

test("jitter only adds, at most a tenth and at most 15 minutes", () => {
  fc.assert(
    fc.property(spent, retryAfter, fraction, (count, retryAfterS, chance) => {
      const plain = nextDueAt(retryPolicies.carom, count, 0, retryAfterS, 0) ?? -1;
      const jittered = nextDueAt(retryPolicies.carom, count, 0, retryAfterS, chance) ?? -1;
      assert.ok(plain >= 0 && jittered >= plain);
      assert.ok(jittered - plain <= Math.min(plain / 10, jitterMsMax));
    }),
  );
  assert.ok((nextDueAt(retryPolicies.carom, 9, 0, null, 0.999) ?? 0) > 10 * hour, "the control: jitter is there");
});

test("Retry-After puts a retry off, never forward, and for a day at most", () => {
  assert.equal(nextDueAt(retryPolicies.carom, 1, 1_000, 60, 0), 61_000);
  assert.equal(nextDueAt(retryPolicies.carom, 9, 0, 60, 0), 10 * hour);
  assert.equal(nextDueAt(retryPolicies.carom, 1, 0, 10 ** 9, 0), retryAfterMsMax);
  assert.equal(nextDueAt(retryPolicies.none, 1, 0, 60, 0), null);
});
