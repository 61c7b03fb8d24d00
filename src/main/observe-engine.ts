import type { Postback } from "#src/core/postbacks/postback.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { EngineObserver } from "#src/engine/observer.ts";
import type { feedObserver } from "#src/http/feed-messages.ts";
import type { Settlement } from "#src/ports/store.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Turns what the engine tells into log lines and figures. */
export const observeEngine = (log: Log, metrics: Metrics, feed: ReturnType<typeof feedObserver>): EngineObserver => ({
  eventRecorded: feed.eventRecorded,
  batchRecorded: (batch) => metrics.countBatch(batch),
  attemptSettled: (postback, settlement, receipt) => {
    feed.attemptSettled(postback, settlement, receipt);
    const { attempt, next } = settlement;
    if (attempt !== null) {
      metrics.countAttempt({
        partner: partnerOf(postback),
        outcome: attempt.outcome,
        durationMs: attempt.exchange.durationMs,
      });
    }
    // One line for each attempt would cost more than the attempt: they are there at `debug`.
    if (log.isLevelEnabled("debug"))
      log.debug({ ...attemptLine(postback, settlement), receipt: receipt.kind }, "attempt");
    if (next.state === "dead" && receipt.kind === "settled")
      log.info({ ...attemptLine(postback, settlement), reason: next.reason }, "postback is dead; it can be replayed");
  },
  breakerChanged: ({ scope, id, from, to }) => {
    if (to === "open") log.warn({ scope, id, from }, "breaker opened: postbacks are held");
    else log.info({ scope, id, from, to }, to === "closed" ? "breaker closed" : "breaker probes");
  },
  faulted: (where, error) => {
    metrics.countFault(where);
    log.warn({ room: where, err: error }, "a step failed and will be tried again");
  },
  refusingChanged: (refusing) => {
    if (refusing === null) log.info({}, "intake takes events again");
    else log.error({ refusing }, "intake refuses: make room on the disk");
  },
});

/** All attempts of an app's rules are counted as one partner's without a name. */
const partnerOf = (postback: Postback): string => ownerOfReceiver(postback.receiverId)?.partnerId ?? "";

const attemptLine = (postback: Postback, { attempt, next }: Settlement) => ({
  postback: postback.id,
  event: postback.eventId,
  receiver: postback.receiverId,
  attempt: attempt?.number ?? null,
  outcome: attempt?.outcome ?? null,
  answer:
    attempt === null
      ? null
      : attempt.exchange.answer.kind === "response"
        ? attempt.exchange.answer.status
        : attempt.exchange.answer.fault,
  durationMs: attempt === null ? null : Math.round(attempt.exchange.durationMs),
  state: next.state,
  dueAt: next.state === "pending" ? new Date(next.dueAt).toISOString() : null,
});
