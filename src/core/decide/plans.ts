import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventShape, EventSource } from "./event-shape.ts";
import type { Step } from "./step.ts";
import type { Target } from "./terms.ts";

/** What was found of the events of one app, or of all that are alike, to be asked for again. */
export type Plans = {
  /** By event name, each the first of its shapes. */
  readonly named: Map<string, IntegrationPlan>;
  shapes: number;
  /** Shapes that are kept; beyond them all are forgotten, and found again as events come. */
  shapesMax: number;
};

/** An app has few event names, and each has few shapes. */
const shapesOfAppMax = 256;
/** However many apps share them. */
const sharedShapesMax = 65_536;

export const newPlans = (): Plans => ({ named: new Map(), shapes: 0, shapesMax: shapesOfAppMax });

/** One more app finds its plans here. */
export function sharePlans(plans: Plans): void {
  plans.shapesMax = Math.min(plans.shapesMax + shapesOfAppMax, sharedShapesMax);
}

export function forgetPlans(plans: Plans): void {
  plans.named.clear();
  plans.shapes = 0;
}

/**
 * What steps 1 to 6 say of events of one shape: for each integration, in the catalog's order, a skip,
 * or the targets that the event reaches.
 */
export type IntegrationPlan = EventShape & {
  readonly entries: readonly (Decision | Target)[];
  /** True when a skip would be worth deciding again once the event has an install record. */
  readonly waitsForInstall: boolean;
  /** What is decided of an event that is of none of the partners, and otherwise matches: one list for all events of the shape. Made with the first. */
  usual: readonly Decision[] | null;
  /** Found with the first event; one for all apps whose targets ask the same of a source. */
  sources: SourceTable | null;
  /** Of another shape with the same name. */
  readonly next: IntegrationPlan | null;
};

/** What steps 7 and 8 say, by media source, of the targets of a plan. It holds places, and so nothing of an app. */
export type SourceTable = {
  readonly firstRows: SourceRows;
  readonly secondRows: SourceRows;
};

/** However many sources events name, those that no partner names are one. */
export type SourceRows = {
  /** Every source that a partner of the plan names; null until an event is of it. */
  readonly named: Map<string, SourcePlan | null>;
  unnamed: SourcePlan | null;
  untold: SourcePlan | null;
};

/**
 * What steps 1 to 8 say of events of one shape from one media source. Of a hundred partners most hear of an event that it is
 * not theirs: that is said here once, and an event is looked at only for the few that are left. A place is one among the
 * plan's entries, and in the list of decisions.
 */
export type SourcePlan = {
  /** Where targets are left. */
  readonly open: readonly number[];
  /** Where something other than the usual is decided of this source, whatever else an event says. */
  readonly settled: readonly Skipped[];
  /** Skips that may rest on the lack of an install record. */
  readonly resting: readonly Skipped[];
};

type Skipped = { readonly place: number; readonly against: SourceStep };
export type SourceStep = Step<Target, EventSource>;
