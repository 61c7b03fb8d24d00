import type { Exchange } from "#src/core/postbacks/attempt.ts";
import type { DeadReason } from "#src/core/postbacks/postback.ts";
import { nextDueAt } from "#src/core/postbacks/retry-schedule.ts";
import type { judgeExchange } from "#src/core/postbacks/success-test.ts";
import type { DeliveryLimits } from "#src/engine/limits.ts";
import type { Settlement } from "#src/ports/store.ts";
import type { Health } from "./breaker.ts";
import type { HandOver, LeasedPostback } from "./receiver-line.ts";

export type Judgement = ReturnType<typeof judgeExchange>;

/** Statuses that say "not you" or "not here" of a receiver as a whole, rather than of one postback. */
const refusals: ReadonlySet<number> = new Set([401, 403, 404, 410]);
/** Statuses that say that the receiver is not well, besides 5xx. */
const strains: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an attempt says about its receiver. A refused postback says nothing bad: somebody is there, and answers. */
export function healthOf({ answer }: Exchange, judged: Judgement): Health {
  if (judged.ours) return "unheard";
  if (judged.outcome === "delivered") return "healthy";
  // A request that cannot be sent is the template's fault: nobody was asked.
  if (answer.kind === "fault") return answer.fault === "request_invalid" ? "unheard" : "failing";
  if (refusals.has(answer.status)) return "refused";
  return answer.status >= 500 || strains.has(answer.status) ? "failing" : "healthy";
}

export type Heard = {
  readonly leased: LeasedPostback;
  readonly handOver: HandOver;
  readonly exchange: Exchange;
  readonly judged: Judgement;
  /** True where the receiver refuses everything: its breaker has opened on refusals such as this one. */
  readonly isHeld: boolean;
  readonly now: number;
  /** At least 0, below 1: the jitter. */
  readonly fraction: number;
};

/**
 * What one attempt means for its postback. Only an attempt that was the partner's to hear is spent:
 * faults of our own, probes of a breaker and refusals that opened one are in the log and cost nothing.
 */
export function settlementOf(heard: Heard, limits: DeliveryLimits): Settlement {
  const { leased, exchange, judged, now } = heard;
  const step = stepOf(heard, limits);
  return {
    sequence: leased.sequence,
    leaseToken: leased.leaseToken,
    at: now,
    attempt: {
      number: leased.attempts + 1,
      exchange,
      outcome: judged.outcome,
      spent: step.isSpent,
      unmet: judged.unmet,
    },
    next: step.next,
  };
}

type Step = { readonly isSpent: boolean; readonly next: Settlement["next"] };

function stepOf(heard: Heard, limits: DeliveryLimits): Step {
  const { leased, exchange, judged } = heard;
  if (judged.outcome === "delivered") return { isSpent: true, next: { state: "delivered" } };
  if (exchange.answer.kind === "fault" && exchange.answer.fault === "sender_crashed") return afterCrash(heard, limits);
  if (judged.ours)
    return { isSpent: false, next: waiting(heard, { lane: "retry", dueAt: ownFaultDueAt(heard, limits) }) };
  // A probe never kills. It waits its hold's time, so that the next probe is another postback.
  if (heard.handOver.isProbe) {
    return { isSpent: false, next: waiting(heard, { lane: leased.lane, dueAt: heard.now + limits.probeAgainMs }) };
  }
  switch (judged.outcome) {
    case "permanent":
      return heard.isHeld
        ? { isSpent: false, next: waiting(heard, { lane: leased.lane, dueAt: heard.now }) }
        : { isSpent: true, next: { state: "dead", reason: "permanent" } };
    case "retryable":
      return afterRetryable(heard);
  }
}

function afterRetryable(heard: Heard): Step {
  const { leased, handOver, exchange, now } = heard;
  const spent = leased.spent + 1;
  const retryAfterS = exchange.answer.kind === "response" ? exchange.answer.retryAfterS : null;
  const dueAt = nextDueAt(handOver.receiver.retryPolicy, spent, now, retryAfterS, heard.fraction);
  if (dueAt === null) return { isSpent: true, next: { state: "dead", reason: "exhausted" } };
  return { isSpent: true, next: { ...waiting(heard, { lane: "retry", dueAt }), spent } };
}

function afterCrash(heard: Heard, limits: DeliveryLimits): Step {
  const strikes = heard.leased.strikes + 1;
  if (strikes >= limits.strikesMax) return { isSpent: false, next: { state: "dead", reason: "sender_crashed" } };
  const dueAt = ownFaultDueAt(heard, limits);
  return { isSpent: false, next: { ...waiting(heard, { lane: "retry", dueAt }), strikes } };
}

const waiting = ({ leased }: Heard, due: { readonly lane: "first" | "retry"; readonly dueAt: number }) => ({
  state: "pending" as const,
  ...due,
  spent: leased.spent,
  strikes: leased.strikes,
});

/** Longer for each fault of our own in a row at this receiver; jitter only adds. */
function ownFaultDueAt({ leased, now, fraction }: Heard, limits: DeliveryLimits): number {
  return Math.ceil(now + ownFaultWaitMs(leased.line.ownFaults?.steps ?? 1, limits) * (1 + fraction / 10));
}

export const ownFaultWaitMs = (steps: number, limits: DeliveryLimits): number =>
  Math.min(limits.ownFaultBackoffMsMax, limits.ownFaultBackoffMs * 2 ** Math.min(steps - 1, 20));

/** The end of a postback that never reached a sender's wire. */
export const endingOf = (leased: LeasedPostback, reason: DeadReason, now: number): Settlement => ({
  sequence: leased.sequence,
  leaseToken: leased.leaseToken,
  at: now,
  attempt: null,
  next: { state: "dead", reason },
});
