import type { Catalog } from "#src/core/catalog.ts";
import { compileCatalog } from "#src/core/compile-catalog.ts";
import type { CompiledCatalog, Explanation } from "#src/core/compiled-catalog.ts";
import type { Event } from "#src/core/event.ts";
import type { Hashes } from "#src/core/hashes.ts";
import type { EventId } from "#src/core/ids.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { ExplainedThen } from "#src/engine/engine.ts";
import type { CatalogRevision, CatalogStore } from "#src/ports/catalog-store.ts";
import type { DeliveryLog, RecordedDecision } from "#src/ports/delivery-log.ts";

/** Why an event went where it went, and where not: by the catalog in force, or by the one of then. */
export class Explanations {
  readonly #catalog: CatalogStore;
  readonly #log: DeliveryLog;
  readonly #hashes: Hashes;
  readonly #state: DeliveryState;
  readonly #readCatalog: (revision: CatalogRevision) => Catalog | null;
  /** People look at several events of one time. */
  #lastThen: CompiledCatalog | null = null;

  constructor(given: {
    readonly catalog: CatalogStore;
    readonly log: DeliveryLog;
    readonly hashes: Hashes;
    readonly state: DeliveryState;
    readonly readCatalog: (revision: CatalogRevision) => Catalog | null;
  }) {
    this.#catalog = given.catalog;
    this.#log = given.log;
    this.#hashes = given.hashes;
    this.#state = given.state;
    this.#readCatalog = given.readCatalog;
  }

  readonly ofNow = (event: Event): readonly Explanation[] | null =>
    this.#state.compiled.apps.get(event.appId)?.explain(event) ?? null;

  readonly ofThen = async (id: EventId): Promise<ExplainedThen | null> => {
    const stored = await this.#log.readEvent(id);
    if (stored === null) return null;
    const { event, decisions: recorded } = stored;
    const revision = recorded.reduce((newest, decision) => Math.max(newest, decision.revision), -1);
    const compiled = revision < 0 ? null : await this.#compiledAt(revision);
    const replayed = compiled?.apps.get(event.appId)?.explain(event) ?? null;
    return { event, recorded, replayed, differs: replayed === null ? [] : differences(recorded, replayed) };
  };

  async #compiledAt(revision: number): Promise<CompiledCatalog | null> {
    if (revision === this.#state.compiled.revision) return this.#state.compiled;
    if (revision === this.#lastThen?.revision) return this.#lastThen;
    const saved = await this.#catalog.read(revision);
    const catalog = saved === null ? null : this.#readCatalog(saved);
    if (catalog === null) return null;
    const compilation = compileCatalog({ ...catalog, revision }, this.#hashes);
    if (compilation.kind === "refused") return null;
    this.#lastThen = compilation.compiled;
    return compilation.compiled;
  }
}

/** Targets whose recorded decision the same input would not get again. */
function differences(recorded: readonly RecordedDecision[], replayed: readonly Explanation[]): readonly string[] {
  const codes = new Map<string, string>();
  for (const { decision } of replayed) {
    codes.set(decision.targetKey, decision.outcome.kind === "match" ? "match" : decision.outcome.reason);
  }
  return recorded.filter((decision) => !isAgain(decision, codes)).map((decision) => decision.targetKey);
}

/** `already_served` rests on what had been sent before, which an explanation does not look at. */
function isAgain({ targetKey, code }: RecordedDecision, codes: ReadonlyMap<string, string>): boolean {
  return codes.get(targetKey) === code || (code === "already_served" && codes.get(targetKey) === "match");
}
