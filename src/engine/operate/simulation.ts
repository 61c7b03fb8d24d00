import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { AccountId, AppId, EventId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import type { ChangeKind, Side } from "./compare-verdicts.ts";
import type { RequestDifference } from "./request-differences.ts";

/** What would a draft of the catalog have done with events of the past? Nothing is sent, and nothing but memory is written. */
export type EngineSimulations = {
  /** `busy`: as many run as may at once. */
  readonly start: (request: SimulationRequest) => SimulationStart;
  readonly read: (id: string) => Simulation | null;
  /** Those that memory still has, newest first. */
  readonly list: () => readonly Simulation[];
  /** Ends it where it runs; what it has found stays readable. */
  readonly stop: (id: string) => Simulation | null;
};

export type SimulationRequest = {
  /** Whose it is; absent, the main account's. */
  readonly accountId?: AccountId;
  readonly draft: Catalog;
  readonly filter: EventFilter;
  /** Absent: whoever asks may be told all. */
  readonly bounds?: SimulationBounds;
};

/** What of a simulation's findings whoever asks may be told. */
export type SimulationBounds = {
  /** Whether what an app's target decides and sends is theirs to see; of others nothing is found. */
  readonly holdsTarget: (app: AppId, targetKey: string) => boolean;
  /** They see postbacks, and no events: what neither catalog sends is not told, nor that there was an event. */
  readonly onlySent: boolean;
};
export type SimulationStart =
  | { readonly kind: "started"; readonly simulation: Simulation }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "busy" };

export type Simulation = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly status: "running" | "done" | "stopped" | "failed";
  /** Revision of the catalog that the draft is held against: the one in force at the start. */
  readonly revision: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Events looked at, those of them that the filter took, and about how many are left. With bounds, of theirs only. */
  readonly looked: number;
  readonly events: number;
  readonly left: number;
  /** Of `events`: nothing is left to decide them by, and they are decided by neither side. */
  readonly erased: number;
  /** Postbacks by what becomes of them. `not_sent` is sent by neither. */
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** Largest first. */
  readonly groups: readonly SimulationGroup[];
  readonly examples: readonly SimulationExample[];
  /** Why it failed. */
  readonly failure: string | null;
};

export type SimulationGroup = {
  readonly change: ChangeKind;
  readonly appId: AppId;
  /** The integration or rule: target key without its mapping. */
  readonly target: string;
  /** Null: events of many names, beyond those that are told one by one. */
  readonly eventName: string | null;
  /** Why it was not sent before (`newly_sent`), or would not be sent (`no_longer_sent`, `not_sent`); else null. */
  readonly reason: string | null;
  readonly postbacks: number;
};

export type SimulationExample = {
  readonly change: ChangeKind;
  readonly eventId: EventId;
  readonly appId: AppId;
  readonly eventName: string;
  readonly targetKey: string;
  readonly before: Side;
  readonly after: Side;
  /** Of two requests. */
  readonly differences: readonly RequestDifference[];
};
