import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { Means } from "#src/core/compile/means.ts";
import { type DecisionInputs, type Explanation, nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { EventId } from "#src/core/ids.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { ExplainedThen } from "#src/engine/engine.ts";
import type { CatalogStore } from "#src/ports/catalog-store.ts";
import type { DeliveryLog, RecordedDecision } from "#src/ports/delivery-log.ts";
import type { Knowledge } from "#src/ports/knowledge.ts";
import type { CatalogForm } from "./catalog-change.ts";

/** Why an event went where it went, and where not: by the catalog in force, or by the one of then. */
export class Explanations {
  readonly #catalog: CatalogStore;
  readonly #log: DeliveryLog;
  readonly #knowledge: Knowledge;
  readonly #means: Means;
  readonly #state: DeliveryState;
  readonly #form: CatalogForm;
  /** People look at several events of one time. */
  #lastThen: CompiledCatalog | null = null;

  constructor(given: {
    readonly catalog: CatalogStore;
    readonly log: DeliveryLog;
    readonly knowledge: Knowledge;
    readonly means: Means;
    readonly state: DeliveryState;
    readonly form: CatalogForm;
  }) {
    this.#catalog = given.catalog;
    this.#log = given.log;
    this.#knowledge = given.knowledge;
    this.#means = given.means;
    this.#state = given.state;
    this.#form = given.form;
  }

  readonly ofNow = async (event: Event): Promise<readonly Explanation[] | null> => {
    const app = this.#state.compiled.apps.get(event.appId);
    if (app === undefined) return null;
    const marks = app.marksOf(event);
    if (marks.length === 0) return app.explain(event, nothingShown);
    const answer = await this.#knowledge.lookUp({ clientEventIds: [], installs: [], waiting: [], marks });
    const taken = marks.filter((_mark, place) => isOfAnother(answer.marks[place] ?? null, event));
    return app.explain(event, { shownBefore: new Set(taken.map(({ targetKey }) => targetKey)) });
  };

  readonly ofThen = async (id: EventId): Promise<ExplainedThen | null> => {
    const stored = await this.#log.readEvent(id);
    if (stored === null) return null;
    const { event, decisions: recorded } = stored;
    // Every integration of the app makes a decision: without one there was none, whatever the catalog of then.
    if (recorded.length === 0) return { event, recorded, replayed: [], differs: [] };
    const revision = recorded.reduce((newest, decision) => Math.max(newest, decision.revision), 0);
    const compiled = await this.#compiledAt(revision);
    const replayed = compiled?.apps.get(event.appId)?.explain(event, inputsOf(recorded)) ?? null;
    return { event, recorded, replayed, differs: replayed === null ? [] : differences(recorded, replayed) };
  };

  async #compiledAt(revision: number): Promise<CompiledCatalog | null> {
    if (revision === this.#state.compiled.revision) return this.#state.compiled;
    if (revision === this.#lastThen?.revision) return this.#lastThen;
    const saved = await this.#catalog.read(revision);
    const catalog = saved === null ? null : this.#form.read(saved);
    if (catalog === null) return null;
    const compilation = compileCatalog(catalog, this.#means);
    if (compilation.kind === "refused") return null;
    this.#lastThen = compilation.compiled;
    return compilation.compiled;
  }
}

/** An event that is stored may have the mark itself. */
const isOfAnother = (holder: EventId | null, event: Event): boolean => holder !== null && holder !== event.id;

/** What had been shown before is told by the decisions that were made of it. */
const inputsOf = (recorded: readonly RecordedDecision[]): DecisionInputs => ({
  shownBefore: new Set(recorded.filter(({ code }) => code === "shown_before").map(({ targetKey }) => targetKey)),
});

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
