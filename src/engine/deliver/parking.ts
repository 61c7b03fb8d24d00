import type { Clock } from "#src/ports/clock.ts";
import type { ReceiverLine } from "./receiver-line.ts";

/**
 * Lines that may go again at a known time: a token, a breaker's probe. One timer for all of them,
 * nothing for each postback behind them.
 */
export class Parking {
  readonly #clock: Clock;
  readonly #wake: (line: ReceiverLine) => void;
  readonly #until = new Map<ReceiverLine, number>();
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer = (): void => {};

  constructor(given: { readonly clock: Clock; readonly wake: (line: ReceiverLine) => void }) {
    this.#clock = given.clock;
    this.#wake = given.wake;
  }

  park(line: ReceiverLine, delayMs: number): void {
    const until = this.#clock.monotonic() + delayMs;
    this.#until.set(line, until);
    this.#startTimer(until);
  }

  stop(): void {
    this.#cancelTimer();
    this.#until.clear();
  }

  #startTimer(at: number): void {
    if (at >= this.#timerAt) return;
    this.#cancelTimer();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.after(Math.max(0, at - this.#clock.monotonic()), () => this.#wakeDue());
  }

  #wakeDue(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const at = this.#clock.monotonic();
    let next = Number.POSITIVE_INFINITY;
    const due: ReceiverLine[] = [];
    for (const [line, until] of this.#until) {
      if (until <= at) due.push(line);
      else next = Math.min(next, until);
    }
    for (const line of due) this.#until.delete(line);
    if (next !== Number.POSITIVE_INFINITY) this.#startTimer(next);
    for (const line of due) this.#wake(line);
  }
}
