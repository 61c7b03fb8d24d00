import type { Explanation } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { AccountId, AppId, EventId, PostbackId, ReceiverId } from "#src/core/ids.ts";
import type { NoticeTarget, OpenNotice } from "#src/core/notices/notice.ts";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import type { CancelReason, RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { PostbackFilter, RecordedDecision } from "#src/ports/delivery-log.ts";
import type { Journal } from "#src/ports/journal.ts";
import type { Told } from "./notify/notice-post.ts";
import type { EngineBackfills } from "./operate/backfill.ts";
import type { EngineCatalog } from "./operate/catalog-change.ts";
import type { Erased, ErasureRequest } from "./operate/erasures.ts";
import type { EngineSimulations } from "./operate/simulation.ts";
import type { TestSent } from "./operate/test-sends.ts";

/** The running engine, as `http/` and `cli/` see it. */
export type Engine = {
  /** Accepts and records; see the port. */
  readonly journal: Journal;
  /** The event with the country of its address where it tells none, as acceptance would add it. */
  readonly located: (event: Event) => Event;
  readonly catalog: EngineCatalog;

  /** Every target of the app with every step, by today's catalog. Null for an app that is not in it. */
  readonly explainNow: (event: Event) => Promise<readonly Explanation[] | null>;
  /** As recorded, beside what today's program says about the same input under the catalog revision of then. */
  readonly explainThen: (id: EventId) => Promise<ExplainedThen | null>;

  readonly pause: (scope: PauseScope, by: string, acts?: readonly Act[]) => Promise<void>;
  /** Lets go; drains at `ratePerSecond` for each receiver, or as fast as its limits allow. */
  readonly resume: (scope: PauseScope, ratePerSecond: number | null, acts?: readonly Act[]) => Promise<void>;
  readonly pauses: () => readonly Pause[];
  /** What keeps the postbacks of a receiver from going now, or null. */
  readonly heldBy: (id: ReceiverId) => Held | null;

  readonly redeliver: (id: PostbackId, render: ReplayRender, tell?: Tell<MadeAnew>) => Promise<Redelivered>;
  /** A durable job over dead postbacks. */
  readonly startReplay: (request: ReplayRequest, tell?: Tell<ReplayJob>) => Promise<ReplayJob>;
  readonly readReplay: (id: string) => Promise<ReplayJob | null>;
  /** One that has ended is left as it is, and nothing is told of it. */
  readonly stopReplay: (id: string, acts?: readonly Act[]) => Promise<ReplayJob | null>;
  /** Waiting postbacks; answers how many match, and cancels them unless `dryRun`. */
  readonly cancel: (request: {
    readonly filter: PostbackFilter;
    readonly dryRun: boolean;
    readonly reason: CancelReason;
  }) => Promise<number>;

  /** One marked request that is nobody's postback, and what was heard. */
  readonly sendTest: (receiver: Receiver, request: RenderedRequest) => Promise<TestSent>;

  /** Waiting postbacks, as the catalog in force renders them; `dryRun` tells what would come of each. */
  readonly rerender: (request: { readonly filter: PostbackFilter; readonly dryRun: boolean }) => Promise<Rerendered>;

  /** Forgets one person, for good; `dryRun` tells how many events there are, and of whom. */
  readonly erase: (request: ErasureRequest) => Promise<Erased>;

  readonly notices: EngineNotices;
  readonly simulations: EngineSimulations;
  readonly backfills: EngineBackfills;

  readonly status: () => EngineStatus;
  /** Stops taking, lets what is in flight finish for at most `graceMs`, releases the rest. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** What is to be told of a deed, by what came of it: it is written in the same transaction. A trial is not told. */
export type Tell<Done> = (done: Done) => readonly Act[];
export type MadeAnew = { readonly id: PostbackId; readonly appId: AppId };

export type EngineNotices = {
  /** What is wrong now and was told of. */
  readonly open: () => Promise<readonly OpenNotice[]>;
  /** Sends one that says it is a test. */
  readonly test: (target: NoticeTarget) => Promise<Told>;
};

/** Held is a condition of a receiver, not a state of a postback: it waits, and costs no attempt. */
export type Held = {
  readonly reason: "paused" | "off" | "removed" | "breaker_open";
  /** `everything`, `partner <id>`, `host <name>`; null where the reason says it all. */
  readonly by: string | null;
  /** Epoch milliseconds when an open breaker lets a probe go; null until somebody acts. */
  readonly until: number | null;
};

export type ExplainedThen = {
  readonly event: Event;
  readonly recorded: readonly RecordedDecision[];
  /** Null when the catalog of then is gone; empty where the app had no integration then. */
  readonly replayed: readonly Explanation[] | null;
  /** Target keys whose recorded decision today's program would not make again. */
  readonly differs: readonly string[];
};

export type ReplayRender = "as_sent" | "current";
export type Redelivered =
  | {
      readonly kind: "made";
      readonly id: PostbackId;
      readonly before: RenderedRequest;
      readonly after: RenderedRequest;
    }
  | { readonly kind: "unknown" }
  /** Today's catalog makes no postback of this event for that target: the reason. */
  | { readonly kind: "no_match"; readonly reason: string };

/** Of the postbacks that waited and match: each is counted under one of the five. */
export type Rerendered = {
  /** Have a new request; in a dry run, would have. */
  readonly rerendered: number;
  /** Their request would be the same: nothing was written. */
  readonly unchanged: number;
  /** The catalog in force makes no such postback of their event: left as they are. */
  readonly unmatched: number;
  /** The catalog in force cannot render them: left as they are. */
  readonly faulted: number;
  /** With a sender while it was tried: they keep the request that is under way. A dry run does not tell them apart. */
  readonly inFlight: number;
  readonly examples: readonly RerenderExample[];
};
export type RerenderExample = {
  readonly id: PostbackId;
  readonly before: RenderedRequest;
  readonly after: RenderedRequest;
};

export type ReplayRequest = {
  /** Whose job it is; absent, the main account's. */
  readonly accountId?: AccountId;
  readonly filter: PostbackFilter;
  readonly render: ReplayRender;
  readonly ratePerSecond: number | null;
  readonly dryRun: boolean;
};
export type ReplayJob = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly status: "estimated" | "running" | "done" | "stopped" | "failed";
  readonly matching: number;
  readonly replayed: number;
  readonly skipped: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type EngineStatus = {
  /** Events taken and not yet durable. */
  readonly intakeQueue: number;
  /** Leased postbacks in memory, sent or about to be. */
  readonly inHand: number;
  readonly inFlight: number;
  /** Why intake refuses now, or null. */
  readonly refusing: "queue_full" | "disk_full" | "store_failed" | "shutting_down" | null;
  readonly breakers: readonly {
    readonly scope: "receiver" | "host";
    readonly id: string;
    readonly state: "open" | "half_open";
    readonly until: number;
    readonly lastBad: number | NetworkFault | null;
    /** Whose postbacks it holds. */
    readonly receivers: readonly ReceiverId[];
  }[];
  readonly inFlightByReceiver: ReadonlyMap<ReceiverId, number>;
  /** Attempts by outcome since start, and their duration: for metrics. */
  readonly attempts: { readonly delivered: number; readonly retryable: number; readonly permanent: number };
};
