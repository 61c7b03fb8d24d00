import type { CancelReason, PostbackState } from "#src/core/postbacks/postback.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { DeliveryLog, PostbackFilter } from "#src/ports/delivery-log.ts";

/** Cancels what waits, by a filter. */
export class Cancellations {
  readonly #log: DeliveryLog;
  readonly #delivery: Delivery;

  constructor(given: { readonly log: DeliveryLog; readonly delivery: Delivery }) {
    this.#log = given.log;
    this.#delivery = given.delivery;
  }

  readonly cancel = async (request: {
    readonly filter: PostbackFilter;
    readonly dryRun: boolean;
    readonly reason: CancelReason;
  }): Promise<number> => {
    const { filter, dryRun, reason } = request;
    const states: readonly PostbackState[] = waitingStates.filter(
      (state) => filter.state === undefined || filter.state === state,
    );
    if (dryRun) return this.#sum(states, (state) => this.#log.countPostbacks({ ...filter, state }, countMax));
    let cancelled = 0;
    // What moves between the states while it is looked for is met by the next pass.
    for (let passes = 0; passes < passesMax; passes += 1) {
      const found = await this.#sum(states, (state) => this.#cancelState({ ...filter, state }, reason));
      if (found === 0) break;
      cancelled += found;
    }
    return cancelled;
  };

  async #sum(states: readonly PostbackState[], count: (state: PostbackState) => Promise<number>): Promise<number> {
    let sum = 0;
    for (const state of states) sum += await count(state);
    return sum;
  }

  /** In slices, so that nothing else of the store waits long for it. */
  async #cancelState(filter: PostbackFilter, reason: CancelReason): Promise<number> {
    let cancelled = 0;
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<DeliveryLog["findPostbacks"]>> = await this.#log.findPostbacks(filter, {
        limit: slice,
        cursor,
      });
      const postbackIds = page.items.map(({ postback }) => postback.id);
      cursor = page.nextCursor;
      if (postbackIds.length === 0) continue;
      cancelled += await this.#delivery.cancel({
        which: { postbackIds },
        reason,
        at: this.#delivery.state.clock.now(),
      });
    } while (cursor !== null);
    return cancelled;
  }
}

const waitingStates: readonly PostbackState[] = ["pending", "leased"];
/** New events may match as fast as they are cancelled: it is not for ever that they are. */
const passesMax = 10;
const slice = 500;
/** A count beyond this is answered as this. */
const countMax = 10_000_000;
