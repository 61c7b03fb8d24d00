import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import type { BreakerLimits } from "#src/engine/limits.ts";
import type { BreakerStateName } from "#src/engine/observer.ts";

/**
 * Whether a receiver, or a host, may be sent to.
 *
 *   closed     everything may go.
 *              → open       half of a minute's attempts failed, or 401, 403, 404, 410 came in a row
 *   open       nothing may go until `openUntil`; from then on one attempt at a time, the probe.
 *              → half_open  the probe heard that somebody is there
 *              → open       it did not: longer than before
 *   half_open  a few at once, one more for each success.
 *              → closed     the ramp is full
 *              → open       failures are more than half of the successes, or a refusal
 *
 * An attempt is told to the state that it was handed over in (`epoch`): what was under way when a
 * breaker opened says nothing about how its receiver is when it is tried again.
 * Times are of the clock that never goes back.
 */
export type Breaker = {
  state: BreakerStateName;
  epoch: number;
  openUntil: number;
  /** Openings since it was last closed: each holds twice as long. */
  openings: number;
  isProbing: boolean;
  /** Attempts under way that were handed over in this half-open state, and how many may be. */
  rampInFlight: number;
  rampMax: number;
  rampGood: number;
  rampBad: number;
  /** Two halves of the window: the present one and the one before. */
  halfStartedAt: number;
  good: number;
  bad: number;
  goodBefore: number;
  badBefore: number;
  refusalsInRow: number;
  /** Status or fault of the last attempt that spoke against it, for people. */
  lastBad: number | NetworkFault | null;
};

/** What one attempt says about who was to hear it. `unheard`: a fault of our own, which says nothing. */
export type Health = "healthy" | "failing" | "refused" | "unheard";

export const openBreaker = (): Breaker => ({
  state: "closed",
  epoch: 0,
  openUntil: 0,
  openings: 0,
  isProbing: false,
  rampInFlight: 0,
  rampMax: 0,
  rampGood: 0,
  rampBad: 0,
  halfStartedAt: 0,
  good: 0,
  bad: 0,
  goodBefore: 0,
  badBefore: 0,
  refusalsInRow: 0,
  lastBad: null,
});

/** Attempts that may be handed over now. */
export function breakerAllows(breaker: Breaker, at: number): number {
  switch (breaker.state) {
    case "closed":
      return Number.POSITIVE_INFINITY;
    case "open":
      return !breaker.isProbing && at >= breaker.openUntil ? 1 : 0;
    case "half_open":
      return Math.max(0, breaker.rampMax - breaker.rampInFlight);
  }
}

/** To be called at each hand-over; answers the epoch that the result is told with. */
export function breakerHandedOver(breaker: Breaker): number {
  if (breaker.state === "open") breaker.isProbing = true;
  else if (breaker.state === "half_open") breaker.rampInFlight += 1;
  return breaker.epoch;
}

/** Takes in what an attempt says; the breaker's state is changed by nothing else. */
export function breakerHeard(
  breaker: Breaker,
  heard: { readonly epoch: number; readonly health: Health; readonly at: number },
  limits: BreakerLimits,
): void {
  if (heard.epoch !== breaker.epoch) return;
  switch (breaker.state) {
    case "closed":
      heardClosed(breaker, heard, limits);
      return;
    case "open":
      heardProbe(breaker, heard, limits);
      return;
    case "half_open":
      heardRamp(breaker, heard, limits);
      return;
  }
}

function heardClosed(
  breaker: Breaker,
  { health, at }: { readonly health: Health; readonly at: number },
  limits: BreakerLimits,
): void {
  if (health === "unheard") return;
  turnWindow(breaker, at, limits.windowMs / 2);
  if (health === "healthy") {
    breaker.good += 1;
    breaker.refusalsInRow = 0;
    return;
  }
  breaker.bad += 1;
  if (health === "refused") breaker.refusalsInRow += 1;
  const bad = breaker.bad + breaker.badBefore;
  const attempts = bad + breaker.good + breaker.goodBefore;
  const isFailing = attempts >= limits.attemptsMin && bad >= attempts * limits.failureShare;
  if (isFailing || breaker.refusalsInRow >= limits.refusalsInRow) open(breaker, at, limits);
}

function heardProbe(
  breaker: Breaker,
  { health, at }: { readonly health: Health; readonly at: number },
  limits: BreakerLimits,
): void {
  breaker.isProbing = false;
  switch (health) {
    case "healthy":
      breaker.state = "half_open";
      breaker.epoch += 1;
      breaker.rampInFlight = 0;
      breaker.rampMax = limits.rampStart;
      breaker.rampGood = 1;
      breaker.rampBad = 0;
      return;
    case "failing":
    case "refused":
      open(breaker, at, limits);
      return;
    case "unheard":
      // Our own fault: the receiver is owed another look, and no longer hold.
      breaker.openUntil = at + limits.openMs;
      return;
  }
}

function heardRamp(
  breaker: Breaker,
  { health, at }: { readonly health: Health; readonly at: number },
  limits: BreakerLimits,
): void {
  breaker.rampInFlight -= 1;
  switch (health) {
    case "healthy":
      breaker.rampGood += 1;
      breaker.rampMax += 1;
      if (breaker.rampMax >= limits.rampFull) close(breaker);
      return;
    case "failing":
      breaker.rampBad += 1;
      if (breaker.rampBad * 2 > breaker.rampGood) open(breaker, at, limits);
      return;
    case "refused":
      open(breaker, at, limits);
      return;
    case "unheard":
      return;
  }
}

function open(breaker: Breaker, at: number, limits: BreakerLimits): void {
  breaker.state = "open";
  breaker.epoch += 1;
  breaker.openings += 1;
  breaker.isProbing = false;
  breaker.openUntil = at + Math.min(limits.openMsMax, limits.openMs * 2 ** Math.min(breaker.openings - 1, 30));
}

function close(breaker: Breaker): void {
  breaker.state = "closed";
  breaker.epoch += 1;
  breaker.openings = 0;
  breaker.good = 0;
  breaker.bad = 0;
  breaker.goodBefore = 0;
  breaker.badBefore = 0;
  breaker.refusalsInRow = 0;
}

function turnWindow(breaker: Breaker, at: number, halfMs: number): void {
  const past = at - breaker.halfStartedAt;
  if (past < halfMs) return;
  breaker.goodBefore = past < halfMs * 2 ? breaker.good : 0;
  breaker.badBefore = past < halfMs * 2 ? breaker.bad : 0;
  breaker.good = 0;
  breaker.bad = 0;
  breaker.halfStartedAt = at;
}
