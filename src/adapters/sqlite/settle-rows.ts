import type { StatementSync } from "node:sqlite";
import { unpackAttempt } from "./attempt-text.ts";
import { prepare, textOrNullAt } from "./columns.ts";
import type { Flat, FlatReader } from "./flat.ts";
import { cancellationOf, endLeased, type LeasedPostback, waitAgain } from "./lease-ends.ts";
import { readSettlement, type SettlementMessage, settleReceipts } from "./store-messages.ts";
import type { StoreState } from "./store-state.ts";

const settled = settleReceipts.indexOf("settled");
const cancelled = settleReceipts.indexOf("cancelled");
const stale = settleReceipts.indexOf("stale");

/** See `Store.settle`. */
export class SettleRows {
  readonly #state: StoreState;
  readonly #selectEnding: StatementSync;
  readonly #raiseLive: StatementSync;
  readonly #raiseEnding: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#selectEnding = prepare(state.database, "SELECT attempt FROM ending WHERE postback = ?");
    this.#raiseLive = prepare(state.database, "UPDATE live SET attempts = max(attempts, ?) WHERE postback = ?");
    this.#raiseEnding = prepare(state.database, "UPDATE ending SET attempts = max(attempts, ?) WHERE postback = ?");
  }

  settle(call: FlatReader, answer: Flat): void {
    for (let left = call.number(); left > 0; left -= 1) answer.push(this.#settleOne(readSettlement(call)));
  }

  #settleOne(settlement: SettlementMessage): number {
    const state = this.#state;
    const { sequence, attempt, at, next } = settlement;
    const lease = state.leases.get(sequence);
    if (lease === undefined || lease.token !== settlement.token) {
      this.#keepStaleAttempt(settlement);
      return stale;
    }
    if (attempt !== null) state.tally.counts.attempts += 1;
    const leased: LeasedPostback = { sequence, lease };
    const attempts = attempt === null ? lease.attempts : Math.max(lease.attempts, attempt.number);
    const cancellation = cancellationOf(state, leased);
    const ended = { at, attempts, attempt: attempt === null ? null : attempt.text };
    if (next.state === "delivered") endLeased(state, leased, { ...ended, state: "delivered", reason: null });
    else if (cancellation !== null) endLeased(state, leased, { ...ended, state: "cancelled", reason: cancellation });
    else if (next.state === "dead") endLeased(state, leased, { ...ended, state: "dead", reason: next.reason });
    else {
      if (attempt !== null) state.endings.logAttempt(sequence, attempt);
      waitAgain(state, leased, {
        due: next.dueAt,
        lane: next.lane,
        attempts,
        spent: next.spent,
        strikes: next.strikes,
      });
    }
    return cancellation === null ? settled : cancelled;
  }

  /** Whoever sent it, it was sent. A settlement given twice, since its answer was lost, is the same attempt. */
  #keepStaleAttempt({ sequence, attempt }: SettlementMessage): void {
    const state = this.#state;
    if (attempt === null || state.postbacks.receiverOf(sequence) === null) return;
    state.endings.flush();
    const ending = this.#selectEnding.get(sequence);
    const last = ending === undefined ? null : textOrNullAt(ending, 0);
    if (last !== null) {
      const { number, exchange } = unpackAttempt(last);
      if (number === attempt.number && exchange.startedAt === attempt.startedAt) return;
    }
    if (!state.endings.logAttempt(sequence, attempt)) return;
    state.tally.counts.attempts += 1;
    const lease = state.leases.get(sequence);
    if (ending !== undefined) this.#raiseEnding.run(attempt.number, sequence);
    else if (lease === undefined || lease.owed === null) this.#raiseLive.run(attempt.number, sequence);
    if (lease !== undefined) {
      state.leases.set(sequence, { ...lease, attempts: Math.max(lease.attempts, attempt.number) });
    }
  }
}
