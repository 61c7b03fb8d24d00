import { type SecretUse, secretsInUse } from "#src/core/catalog/secrets-in-use.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import { type EndCount, findTroubles, type Standing } from "#src/core/notices/find-troubles.ts";
import { type LackingSecret, lackingSecrets } from "#src/core/notices/lacking-secrets.ts";
import type { Trouble } from "#src/core/notices/notice.ts";
import type { EngineStatus } from "#src/engine/engine.ts";
import type { Pause } from "#src/ports/catalog-store.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Counter } from "#src/ports/counters.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import type { SecretStore } from "#src/ports/secret-store.ts";
import { BusyHours } from "./busy-hours.ts";

const hourMs = 3_600_000;
/** A breaker that lets probes go was open this lately, or it is on its way back and nobody's trouble. */
const openLatelyMs = 600_000;

/** Looks at how the server stands, and remembers since when what it sees has been so. */
export class StandingWatch {
  readonly #log: DeliveryLog;
  readonly #secrets: Pick<SecretStore, "all">;
  readonly #clock: Clock;
  readonly #status: () => EngineStatus;
  readonly #pauses: () => readonly Pause[];
  readonly #compiled: () => CompiledCatalog;
  readonly #busyHours: BusyHours;
  readonly #since = new Map<string, number>();
  readonly #openAt = new Map<string, number>();
  /** What the catalog needs, until there is another. */
  #needs: { readonly of: CompiledCatalog; readonly uses: readonly SecretUse[] } | null = null;

  constructor(given: {
    readonly log: DeliveryLog;
    readonly secrets: Pick<SecretStore, "all">;
    readonly clock: Clock;
    readonly status: () => EngineStatus;
    readonly pauses: () => readonly Pause[];
    readonly compiled: () => CompiledCatalog;
  }) {
    this.#log = given.log;
    this.#secrets = given.secrets;
    this.#busyHours = new BusyHours(given.log);
    this.#clock = given.clock;
    this.#status = given.status;
    this.#pauses = given.pauses;
    this.#compiled = given.compiled;
  }

  async troubles(): Promise<readonly Trouble[]> {
    const now = this.#clock.now();
    const ended = await this.#log.counters({
      grain: "hour",
      from: now - 2 * hourMs,
      to: now + hourMs,
      kinds: ["delivered", "dead"],
    });
    const busyHours = await this.#busyHours.at(now);
    const { breakers, refusing } = this.#status();
    const waiting = await this.#waitingAt(breakers);
    const lacking = await this.#lackingSecrets();
    const seen = new Set<string>();
    const since = (what: string): number => {
      seen.add(what);
      const known = this.#since.get(what) ?? now;
      this.#since.set(what, known);
      return known;
    };
    const standing: Standing = {
      now,
      apps: this.#compiled()
        .catalog.apps.filter(({ active }) => active)
        .map(({ id }) => id),
      breakers: breakers
        .filter((breaker) => this.#isFailing(breaker, now))
        .map(({ scope, id, state, lastBad, receivers }) => ({
          scope,
          id,
          isOpen: state === "open",
          since: since(`${scope} ${id}`),
          lastBad,
          waiting: receivers.reduce((sum, receiver) => sum + (waiting.get(receiver) ?? 0), 0),
        })),
      pauses: this.#pauses().map(({ scope, ...pause }) => ({
        ...pause,
        level: scope.level,
        id: scope.level === "everything" ? "" : scope.id,
      })),
      ends: ended.flatMap(endOf),
      busyHours,
      // A server that is about to stop takes nothing, and that is no trouble.
      refusing:
        refusing === null || refusing === "shutting_down" ? null : { reason: refusing, since: since("refusing") },
      lackingSecrets: lacking.map((secret) => ({ ...secret, since: since(`secret ${secret.subject}`) })),
    };
    for (const what of this.#since.keys()) if (!seen.has(what)) this.#since.delete(what);
    for (const [what, at] of this.#openAt) if (at + openLatelyMs < now) this.#openAt.delete(what);
    return findTroubles(standing);
  }

  /** The store is asked only where there is a breaker to tell of. */
  async #waitingAt(breakers: EngineStatus["breakers"]): Promise<ReadonlyMap<ReceiverId, number>> {
    if (breakers.length === 0) return new Map();
    const { waitingByReceiver } = await this.#log.totals();
    return new Map(waitingByReceiver.map(({ receiverId, waiting }) => [receiverId, waiting]));
  }

  /** The store is asked only where something in use needs a secret. */
  async #lackingSecrets(): Promise<readonly LackingSecret[]> {
    const compiled = this.#compiled();
    if (this.#needs?.of !== compiled) this.#needs = { of: compiled, uses: secretsInUse(compiled.catalog) };
    const { uses } = this.#needs;
    if (uses.length === 0) return [];
    return lackingSecrets(uses, new Set((await this.#secrets.all()).map(({ name }) => name)));
  }

  #isFailing({ scope, id, state }: EngineStatus["breakers"][number], now: number): boolean {
    if (state === "open") this.#openAt.set(`${scope} ${id}`, now);
    return (this.#openAt.get(`${scope} ${id}`) ?? Number.NEGATIVE_INFINITY) + openLatelyMs >= now;
  }
}

function endOf({ at, appId, owner, measure, count }: Counter): readonly EndCount[] {
  if (owner === null) return [];
  return [{ at, appId, owner, measure: measure === "delivered" ? measure : "dead", count }];
}
