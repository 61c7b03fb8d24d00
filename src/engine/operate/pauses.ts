import type { ReceiverId } from "#src/core/ids.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { CatalogStore, Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";

/** Pauses in force, kept in the store so that they outlive a restart. A pause holds; what is off skips. */
export class Pauses {
  readonly #catalog: CatalogStore;
  readonly #log: DeliveryLog;
  readonly #clock: Clock;
  readonly #delivery: Delivery;
  readonly #pauses: Map<string, Pause>;

  constructor(given: {
    readonly catalog: CatalogStore;
    readonly log: DeliveryLog;
    readonly clock: Clock;
    readonly delivery: Delivery;
    readonly pauses: readonly Pause[];
  }) {
    this.#catalog = given.catalog;
    this.#log = given.log;
    this.#clock = given.clock;
    this.#delivery = given.delivery;
    this.#pauses = new Map(given.pauses.map((pause) => [pauseKey(pause.scope), pause]));
  }

  readonly list = (): readonly Pause[] => [...this.#pauses.values()];

  readonly pause = async (scope: PauseScope, by: string, acts: readonly Act[] = []): Promise<void> => {
    const key = pauseKey(scope);
    if (this.#pauses.has(key)) return;
    const pause: Pause = { scope, since: this.#clock.now(), by };
    await this.#catalog.setPause(pause, acts);
    this.#pauses.set(key, pause);
    this.#delivery.refresh({ pausedKeys: new Set(this.#pauses.keys()) });
  };

  readonly resume = async (
    scope: PauseScope,
    ratePerSecond: number | null,
    acts: readonly Act[] = [],
  ): Promise<void> => {
    const key = pauseKey(scope);
    if (!this.#pauses.has(key)) return;
    const waiting = ratePerSecond === null ? null : await this.#waitingUnder(scope);
    await this.#catalog.clearPause(scope, acts);
    this.#pauses.delete(key);
    if (ratePerSecond !== null && waiting !== null) this.#delivery.drainAt(ratePerSecond, waiting);
    this.#delivery.refresh({ pausedKeys: new Set(this.#pauses.keys()) });
  };

  async #waitingUnder(scope: PauseScope): Promise<ReadonlyMap<ReceiverId, number>> {
    const { waitingByReceiver } = await this.#log.totals();
    const waiting = new Map<ReceiverId, number>();
    for (const { receiverId, waiting: count } of waitingByReceiver) {
      const receiver = this.#delivery.state.compiled.receivers.get(receiverId);
      if (receiver === undefined) continue;
      const isUnder =
        scope.level === "everything" ||
        scope.id ===
          (scope.level === "app" ? receiver.appId : scope.level === "partner" ? receiver.partnerId : receiver.id);
      if (isUnder) waiting.set(receiverId, count);
    }
    return waiting;
  }
}

/** The scope as one text; `delivery-state.ts` asks by it. */
export const pauseKey = (scope: PauseScope): string =>
  scope.level === "everything" ? "everything" : `${scope.level}:${scope.id}`;
