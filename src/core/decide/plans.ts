import type { Decision } from "#src/core/postbacks/decision.ts";
import type { EventShape, EventSource } from "./event-shape.ts";
import type { Step } from "./step.ts";
import type { Target } from "./terms.ts";

/** What was found of the events of one app, to be asked for again. */
export type Plans = {
  /** By event name, each the first of its shapes. */
  readonly named: Map<string, IntegrationPlan>;
  shapes: number;
  sources: number;
};

export const newPlans = (): Plans => ({ named: new Map(), shapes: 0, sources: 0 });

export function forgetPlans(plans: Plans): void {
  plans.named.clear();
  plans.shapes = 0;
  plans.sources = 0;
}

/**
 * What steps 1 to 6 say of events of one shape: for each integration, in the catalog's order, a skip,
 * or the targets that the event reaches.
 */
export type IntegrationPlan = EventShape & {
  readonly entries: readonly (Decision | Target)[];
  /** True when a skip would be worth deciding again once the event has an install record. */
  readonly waitsForInstall: boolean;
  /** By media source, those of second rows apart; see `source-plan.ts`. */
  readonly firstRows: Map<string | null, SourcePlan>;
  secondRows: Map<string | null, SourcePlan> | null;
  /** Made with the first of them. */
  usual: readonly Decision[] | null;
  /** Of another shape with the same name. */
  readonly next: IntegrationPlan | null;
};

/**
 * What steps 1 to 8 say of events of one shape from one media source. Of a hundred partners most hear of an event that it is
 * not theirs: that is said here once, and an event is looked at only for the few that are left.
 */
export type SourcePlan = {
  /** One list for all sources of the shape: what is decided of an event that is of none of the partners, and otherwise matches. */
  readonly usual: readonly Decision[];
  /** Where this source is decided about otherwise, whatever else an event says. */
  readonly settled: readonly { readonly place: number; readonly decision: Decision }[];
  /** Targets that are left, and where in the list the decision about each stands. */
  readonly open: readonly { readonly place: number; readonly target: Target }[];
  /** Skips that may rest on the lack of an install record. */
  readonly resting: readonly { readonly target: Target; readonly against: SourceStep }[];
};

type SourceStep = Step<Target, EventSource>;
