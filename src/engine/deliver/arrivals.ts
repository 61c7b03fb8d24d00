import type { LeasedPostback } from "./receiver-line.ts";

/** A call to the store whose answer is to be queued, and the cancellations that the answer may know nothing of. */
export type Arrival = {
  readonly cancellations: Cancellation[];
  /** Came under a cancellation that is over. */
  readonly refused: LeasedPostback[];
};

export type Cancellation = {
  readonly isChosen: (leased: LeasedPostback) => boolean;
  /** Kept out of the queues until the store has heard of it: given back earlier, they would only be claimed again. */
  readonly aside: LeasedPostback[];
  isUnderWay: boolean;
};

/**
 * What is on its way from the store into the queues: commits, claims and renewals. A cancellation takes
 * out what is queued; what was leased before it, by a call whose answer comes only afterwards, would be
 * queued behind its back and sent. So each such call is known from before it is made until what it
 * brought is queued, and is told of every cancellation in between.
 */
export class Arrivals {
  readonly #giveBack: (leased: readonly LeasedPostback[]) => Promise<void>;
  readonly #expected = new Set<Arrival>();
  readonly #cancellations = new Set<Cancellation>();

  constructor(given: { readonly giveBack: (leased: readonly LeasedPostback[]) => Promise<void> }) {
    this.#giveBack = given.giveBack;
  }

  /** To be called before the store is asked; `end` is owed, whatever it answers. */
  expect(): Arrival {
    const arrival: Arrival = { cancellations: [...this.#cancellations], refused: [] };
    this.#expected.add(arrival);
    return arrival;
  }

  /** Answers whether it may be queued; else it is given back in time. */
  admits(arrival: Arrival, leased: LeasedPostback): boolean {
    const cancellation = arrival.cancellations.find(({ isChosen }) => isChosen(leased));
    if (cancellation === undefined) return true;
    if (cancellation.isUnderWay) cancellation.aside.push(leased);
    else arrival.refused.push(leased);
    return false;
  }

  /** All that came is queued, or nothing will come. */
  end(arrival: Arrival): void {
    this.#expected.delete(arrival);
    if (arrival.refused.length > 0) void this.#giveBack(arrival.refused);
  }

  /** Cancels in the store, with what is chosen out of the way: given back afterwards, it ends as cancelled. */
  async cancel(
    chosen: { readonly isChosen: Cancellation["isChosen"]; readonly queued: readonly LeasedPostback[] },
    cancelInStore: () => Promise<number>,
  ): Promise<number> {
    const { isChosen, queued } = chosen;
    const cancellation: Cancellation = { isChosen, aside: [...queued], isUnderWay: true };
    this.#cancellations.add(cancellation);
    for (const arrival of this.#expected) arrival.cancellations.push(cancellation);
    try {
      return await cancelInStore();
    } finally {
      cancellation.isUnderWay = false;
      this.#cancellations.delete(cancellation);
      await this.#giveBack(cancellation.aside);
    }
  }

  /** Leased, and in no queue, until their cancellation is over. */
  *aside(): Iterable<LeasedPostback> {
    for (const cancellation of this.#cancellations) yield* cancellation.aside;
  }
}
