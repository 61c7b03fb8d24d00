import type { Settlement, SettleReceipt } from "#src/ports/store.ts";
import { type DeliveryState, returnCredits } from "./delivery-state.ts";
import type { LeasedPostback } from "./receiver-line.ts";

/**
 * Writes outcomes. One call to the store is under way; what comes meanwhile is the next batch. When
 * a call fails its outcomes are kept and written again later, and until all of them are, nothing
 * more is handed to a sender: a postback whose outcome cannot be written would be sent again.
 */
export class Settler {
  readonly #state: DeliveryState;
  readonly #whenSettled: (leased: LeasedPostback, settlement: Settlement) => void;
  readonly #whenUnblocked: () => void;
  #leased: LeasedPostback[] = [];
  #settlements: Settlement[] = [];
  #running: Promise<void> | null = null;
  #failuresInRow = 0;
  #endBackOff = (): void => {};

  constructor(given: {
    readonly state: DeliveryState;
    readonly whenSettled: (leased: LeasedPostback, settlement: Settlement) => void;
    readonly whenUnblocked: () => void;
  }) {
    this.#state = given.state;
    this.#whenSettled = given.whenSettled;
    this.#whenUnblocked = given.whenUnblocked;
  }

  add(leased: LeasedPostback, settlement: Settlement): void {
    this.#leased.push(leased);
    this.#settlements.push(settlement);
    this.#state.unsettled += 1;
    leased.line.unsettled += 1;
    this.#running ??= this.#run();
  }

  /** Those whose outcome is known and not durable yet. */
  unsettled(): readonly LeasedPostback[] {
    return this.#leased;
  }

  /** Writes what is left; while shutting down, with few tries. Answers whether all of it is durable. */
  async finish(): Promise<boolean> {
    this.#endBackOff();
    await this.#running;
    return this.#settlements.length === 0;
  }

  async #run(): Promise<void> {
    // What is added in this turn of the program goes into one call.
    await Promise.resolve();
    while (this.#settlements.length > 0) {
      await this.#settleSome();
      if (this.#failuresInRow === 0) continue;
      if (this.#state.isStopping && this.#failuresInRow >= stopTries) break;
      await this.#backOff();
    }
    this.#running = null;
    if (!this.#state.isSettlingBlocked || this.#settlements.length > 0) return;
    this.#state.isSettlingBlocked = false;
    this.#whenUnblocked();
  }

  async #settleSome(): Promise<void> {
    const state = this.#state;
    const settlements = this.#settlements.slice(0, state.limits.delivery.settleCountMax);
    let receipts: readonly SettleReceipt[];
    try {
      receipts = await state.store.settle(settlements);
    } catch (error) {
      this.#failuresInRow += 1;
      state.isSettlingBlocked = true;
      state.observer.faulted?.("settle", error);
      return;
    }
    this.#failuresInRow = 0;
    const wasFull = state.unsettled >= state.limits.delivery.unsettledMax;
    state.unsettled -= settlements.length;
    const settled = this.#leased.slice(0, settlements.length);
    this.#settlements = this.#settlements.slice(settlements.length);
    this.#leased = this.#leased.slice(settlements.length);
    for (const [place, leased] of settled.entries()) {
      const settlement = settlements[place];
      const receipt = receipts[place];
      leased.line.unsettled -= 1;
      if (settlement === undefined || receipt === undefined) continue;
      returnCredits(state, leased.line, 1);
      state.observer.attemptSettled?.(leased.postback, settlement, receipt);
      this.#whenSettled(leased, settlement);
    }
    if (wasFull && !state.isSettlingBlocked) this.#whenUnblocked();
  }

  #backOff(): Promise<void> {
    const { storeBackoffMs, storeBackoffMsMax } = this.#state.limits.delivery;
    const delayMs = Math.min(storeBackoffMsMax, storeBackoffMs * 2 ** Math.min(this.#failuresInRow - 1, 20));
    return new Promise((resolve) => {
      const cancelTimer = this.#state.clock.after(delayMs, resolve);
      this.#endBackOff = () => {
        cancelTimer();
        resolve();
      };
    });
  }
}

/** Tries at writing the last outcomes while shutting down. What is left then is sent again after the next start. */
const stopTries = 3;
