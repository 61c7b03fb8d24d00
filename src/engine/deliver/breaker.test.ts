import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import { type Breaker, breakerAllows, breakerHandedOver, breakerHeard, type Health, openBreaker } from "./breaker.ts";

const limits = defaultEngineLimits.breaker;

/** One attempt from hand-over to answer. */
function attempt(breaker: Breaker, health: Health, at: number): void {
  breakerHeard(breaker, { epoch: breakerHandedOver(breaker), health, at }, limits);
}

function attempts(breaker: Breaker, count: number, { health, at }: { readonly health: Health; readonly at: number }) {
  for (let n = 0; n < count; n += 1) attempt(breaker, health, at);
}

test("a breaker opens when half of a window's attempts failed, and not before there are enough", () => {
  const breaker = openBreaker();
  attempts(breaker, 10, { health: "healthy", at: 0 });
  attempts(breaker, 9, { health: "failing", at: 0 });
  assert.equal(breaker.state, "closed");
  attempt(breaker, "failing", 0);
  assert.equal(breaker.state, "open");
});

test("failures of a minute ago no longer count", () => {
  const breaker = openBreaker();
  attempts(breaker, limits.attemptsMin - 1, { health: "failing", at: 0 });
  attempt(breaker, "failing", limits.windowMs);
  assert.equal(breaker.state, "closed");
});

test("401, 403, 404, 410 in a row open it; one that is heard between starts the row anew", () => {
  const breaker = openBreaker();
  attempts(breaker, limits.refusalsInRow - 1, { health: "refused", at: 0 });
  attempt(breaker, "healthy", 0);
  attempts(breaker, limits.refusalsInRow - 1, { health: "refused", at: 0 });
  assert.equal(breaker.state, "closed");
  attempt(breaker, "refused", 0);
  assert.equal(breaker.state, "open");
});

test("faults of our own never open it", () => {
  const breaker = openBreaker();
  attempts(breaker, 1_000, { health: "unheard", at: 0 });
  assert.equal(breaker.state, "closed");
});

test("open, nothing may go until its time, then one probe alone", () => {
  const breaker = openBreaker();
  attempts(breaker, limits.refusalsInRow, { health: "refused", at: 0 });
  assert.equal(breakerAllows(breaker, limits.openMs - 1), 0);
  assert.equal(breakerAllows(breaker, limits.openMs), 1);
  breakerHandedOver(breaker);
  assert.equal(breakerAllows(breaker, limits.openMs), 0);
});

test("each failed probe holds twice as long as the one before, up to a maximum", () => {
  const breaker = openBreaker();
  attempts(breaker, limits.refusalsInRow, { health: "refused", at: 0 });
  let held = limits.openMs;
  let at = 0;
  for (let probe = 0; probe < 10; probe += 1) {
    assert.equal(breakerAllows(breaker, at + held - 1), 0);
    at += held;
    assert.equal(breakerAllows(breaker, at), 1);
    attempt(breaker, "failing", at);
    held = Math.min(limits.openMsMax, held * 2);
  }
  assert.equal(held, limits.openMsMax);
});

test("a good probe lets a few go, each success one more, until it closes", () => {
  const breaker = openBreaker();
  attempts(breaker, limits.refusalsInRow, { health: "refused", at: 0 });
  attempt(breaker, "healthy", limits.openMs);
  assert.equal(breaker.state, "half_open");
  assert.equal(breakerAllows(breaker, limits.openMs), limits.rampStart);
  for (let allowed = limits.rampStart; allowed < limits.rampFull; allowed += 1) {
    assert.equal(breakerAllows(breaker, limits.openMs), allowed);
    attempt(breaker, "healthy", limits.openMs);
  }
  assert.equal(breaker.state, "closed");
  assert.equal(breakerAllows(breaker, limits.openMs), Number.POSITIVE_INFINITY);
});

test("a failure early in the ramp opens it again, one among many does not", () => {
  const early = openBreaker();
  attempts(early, limits.refusalsInRow, { health: "refused", at: 0 });
  attempt(early, "healthy", limits.openMs);
  attempt(early, "failing", limits.openMs);
  assert.equal(early.state, "open");

  const late = openBreaker();
  attempts(late, limits.refusalsInRow, { health: "refused", at: 0 });
  attempts(late, 6, { health: "healthy", at: limits.openMs });
  attempt(late, "failing", limits.openMs);
  assert.equal(late.state, "half_open");
});

test("what was under way when it opened changes nothing afterwards", () => {
  const breaker = openBreaker();
  const underWay = breakerHandedOver(breaker);
  attempts(breaker, limits.refusalsInRow, { health: "refused", at: 0 });
  breakerHeard(breaker, { epoch: underWay, health: "healthy", at: limits.openMs }, limits);
  assert.equal(breaker.state, "open");
  assert.equal(breakerAllows(breaker, limits.openMs), 1);
});
