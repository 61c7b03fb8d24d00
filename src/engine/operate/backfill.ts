import type { AccountId, PartnerId } from "#src/core/ids.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";

/** Events that were skipped, sent through today's configuration, once to each partner: a durable job. */
export type EngineBackfills = {
  readonly start: (request: BackfillRequest, tell?: (job: BackfillJob) => readonly Act[]) => Promise<BackfillJob>;
  readonly read: (id: string) => Promise<BackfillJob | null>;
  /** Ends it where it runs; what it has made stays so. Of one that has ended nothing is told. */
  readonly stop: (id: string, acts?: readonly Act[]) => Promise<BackfillJob | null>;
};

export type BackfillRequest = {
  /** Whose job it is; absent, the main account's. */
  readonly accountId?: AccountId;
  readonly filter: BackfillFilter;
  readonly ratePerSecond: number | null;
  /** Goes over the events and counts, and makes nothing. */
  readonly dryRun: boolean;
};

export type BackfillFilter = EventFilter & {
  readonly partnerId?: PartnerId;
  /** Only events with a decision that skipped for this reason. */
  readonly reason?: string;
};

export type BackfillJob = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly status: "running" | "done" | "stopped" | "failed";
  readonly dryRun: boolean;
  /** Events looked at, and about how many are left. */
  readonly looked: number;
  readonly left: number;
  /** Postbacks made; with `dryRun`, that would be made. */
  readonly postbacks: number;
  /** Matches of today's configuration whose partner has had the event already. */
  readonly alreadyServed: number;
  /** `postbacks` by integration or rule: target key without its mapping. */
  readonly byTarget: Readonly<Record<string, number>>;
  readonly createdAt: number;
  readonly updatedAt: number;
};
