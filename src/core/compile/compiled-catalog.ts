import type { App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import type { DecisionInputs, Explanation, Preview, Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { AppId, PartnerId, ReceiverId } from "#src/core/ids.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { CompiledUnits } from "./compile-catalog.ts";

/**
 * The catalog as closures (`compile-catalog.ts`); a revision makes anew what it changes. An event touches only
 * the routes of its app.
 */
export type CompiledCatalog = {
  readonly revision: number;
  readonly catalog: Catalog;
  readonly apps: ReadonlyMap<AppId, CompiledApp>;
  readonly receivers: ReadonlyMap<ReceiverId, Receiver>;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
  /** For the compilation of the next revision alone. */
  readonly units: CompiledUnits;
};

export type CompiledApp = {
  readonly app: App;
  /** Pure and total: the same event, revision and inputs always give the same decisions and the same postbacks. */
  readonly decide: (event: Event, inputs: DecisionInputs) => Verdict;
  /** Marks that stand for "shown before" where an event has them: of every rule that fires once, for this event's subject. */
  readonly marksOf: (event: Event) => readonly OnceMark[];
  /** Every step of every target, none left out: why, and why else. Not for the hot path. */
  readonly explain: (event: Event, inputs: DecisionInputs) => readonly Explanation[];
  /** What each target would send, also where it is not sent. Not for the hot path. */
  readonly preview: (event: Event) => readonly Preview[];
};
