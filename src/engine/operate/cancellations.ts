import type { PostbackId } from "#src/core/ids.ts";
import type { CancelReason, PostbackState } from "#src/core/postback.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { DeliveryLog, PostbackFilter } from "#src/ports/delivery-log.ts";
import type { Store } from "#src/ports/store.ts";

/** Cancels what waits, by a filter. */
export class Cancellations {
  readonly #store: Store;
  readonly #log: DeliveryLog;
  readonly #clock: Clock;
  readonly #delivery: Delivery;

  constructor(given: {
    readonly store: Store;
    readonly log: DeliveryLog;
    readonly clock: Clock;
    readonly delivery: Delivery;
  }) {
    this.#store = given.store;
    this.#log = given.log;
    this.#clock = given.clock;
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
    let cancelled = 0;
    for (const state of states) {
      cancelled += dryRun
        ? await this.#log.countPostbacks({ ...filter, state }, countMax)
        : await this.#cancelState({ ...filter, state }, reason);
    }
    return cancelled;
  };

  /** In slices: what is queued in memory is given back, so that it ends now and not at its turn. */
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
      const chosen = new Set<PostbackId>(postbackIds);
      await this.#delivery.giveBackQueued((leased) => chosen.has(leased.postback.id));
      cancelled += await this.#store.cancel({ which: { postbackIds }, reason, at: this.#clock.now() });
    } while (cursor !== null);
    return cancelled;
  }
}

const waitingStates: readonly PostbackState[] = ["leased", "pending"];
const slice = 500;
/** A count beyond this is answered as this. */
const countMax = 10_000_000;
