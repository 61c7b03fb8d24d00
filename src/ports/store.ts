import type { Event } from "#src/core/events/event.ts";
import type { AppId, EventId, PostbackId, ReceiverId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { ErasedPerson } from "#src/core/personal-data/erasure.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { CancelReason, DeadReason, Lane, Postback, RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Act } from "./audit-trail.ts";

/**
 * Where events, and the postbacks owed for them, live. Every method is one transaction: all of it
 * is durable when the promise resolves, none of it when it rejects (or, if the answer was lost on
 * the way, unknown). No connection crosses this port. Several calls may share one commit.
 *
 * Fencing: a postback that is leased carries a lease token. `settle`, `extendLease` and `release`
 * with a token that is no longer the current one change no state.
 */
export type Store = {
  /**
   * Writes events with their decisions and postbacks; idempotent per event: an event whose client
   * event id (within its app) or own id is already recorded changes nothing, and is reported as a
   * duplicate; an install that a duplicate told is not written either, it would overwrite what has
   * been learnt since. A mark that another event has already is refused, and the whole batch with it:
   * whoever decides again is told of it. Postbacks with `start: leased` are written as already leased (lane `first`)
   * and are not claimable.
   */
  readonly record: (batch: RecordBatch) => Promise<RecordReceipt>;

  /**
   * Attempt, next state and next due time move together, fenced by the lease token. Given twice, since
   * an answer was lost, an attempt (its number and start) is kept once, and the state moves once.
   */
  readonly settle: (settlements: readonly Settlement[]) => Promise<readonly SettleReceipt[]>;

  /** Receivers that have pending postbacks due at or before `now`, with the earliest due time of each lane. At most `limit`, those due longest first, those in `except` left out. */
  readonly receiversDue: (query: {
    readonly now: number;
    readonly limit: number;
    readonly except: readonly ReceiverId[];
  }) => Promise<readonly DueReceiver[]>;

  /** Earliest due time after `now` of any pending postback, or null: when to ask again at the latest. */
  readonly nextDueAt: (now: number) => Promise<number | null>;

  /** Leases up to `count` due postbacks of one lane of one receiver, the earliest due first. Cancelled ones are never among them. */
  readonly claim: (claim: {
    readonly receiverId: ReceiverId;
    readonly lane: Lane;
    readonly count: number;
    readonly now: number;
    readonly leaseUntil: number;
    readonly leaseToken: string;
  }) => Promise<readonly OwedPostback[]>;

  /** Moves the end of leases that are still held with this token; answers the sequences that were. */
  readonly extendLease: (leases: {
    readonly sequences: readonly StoreSequence[];
    readonly leaseToken: string;
    readonly leaseUntil: number;
  }) => Promise<readonly StoreSequence[]>;

  /** Gives leased postbacks back as pending, due at `dueAt` in the lane they had; costs no attempt. Those cancelled in flight end as cancelled. Shutdown, pause, a full sender. */
  readonly release: (leases: {
    readonly sequences: readonly StoreSequence[];
    readonly leaseToken: string;
    readonly dueAt: number;
  }) => Promise<void>;

  /**
   * Turns leases that ended before the time back into pending, due at `dueAt` in the lane they had, with
   * one strike more; those cancelled in flight end as cancelled. Answers how many leases ended. The ends
   * of leases are compared with each other alone: their times are of a clock that does not jump, the
   * due time is of the one that people read.
   */
  readonly expireLeases: (ended: { readonly endedBefore: number; readonly dueAt: number }) => Promise<number>;

  /**
   * Cancels what waits. By receiver: writes "cancelled up to its newest sequence", looked at on
   * claim and on settle, so that nothing old wakes when the integration is made again; rows follow
   * later, in slices, by `sweep`. A postback in flight keeps its attempt and ends as delivered or
   * cancelled. Answers how many were waiting or in flight.
   */
  readonly cancel: (cancel: {
    readonly which: { readonly receiverId: ReceiverId } | { readonly postbackIds: readonly PostbackId[] };
    readonly reason: CancelReason;
    readonly at: number;
  }) => Promise<number>;

  /**
   * Puts dead postbacks back: pending, due at `dueAt` in the lane `retry`, so that they push nothing
   * new aside; schedule, strikes and expiry start anew, numbering of attempts goes on. A receiver's
   * cancellation from before does not take them: they were woken on purpose. Ids that are not dead
   * are left alone; answers those that were put back.
   */
  readonly replay: (replay: {
    readonly postbackIds: readonly PostbackId[];
    readonly dueAt: number;
    readonly expiresAt: (receiverId: ReceiverId) => number | null;
  }) => Promise<readonly PostbackId[]>;

  /**
   * Appends a new version of the request to postbacks that wait, under their ids: claims and readings from
   * now on have the newest. One that is leased is left alone, unless its holder says by the token that it
   * is not being sent; what is cancelled or has ended keeps what was sent. Answers those that have a new version.
   */
  readonly rerender: (rerender: {
    readonly versions: readonly RequestVersion[];
    readonly at: number;
  }) => Promise<readonly PostbackId[]>;

  /** Makes a new postback of a recorded event (redeliver): pending, due at once. The redelivery number in its id must be new. */
  readonly redeliver: (postback: NewPostback, acts?: readonly Act[]) => Promise<StoreSequence>;

  /**
   * Takes what is known of a person out of its rows, for good (see `core/erasure.ts`). An event one of whose
   * postbacks waits or is in flight is left as it is: cancel those first. What is erased waits for no
   * install and is not replayed: its dead postbacks become cancelled as `erased`.
   */
  readonly erase: (erasure: Erasure) => Promise<ErasureReceipt>;

  /**
   * After erasures: overwrites what stands behind in places that hold no row any more, where the storage keeps such.
   */
  readonly scrub: () => Promise<Scrubbed>;

  /** Work in bounded slices: expires what has waited past its `expiresAt`, writes rows of cancelled ranges, forgets client event ids, installs and marks past their time, removes history by range (copying what is kept first). Answers whether more is left. */
  readonly sweep: (sweep: {
    readonly now: number;
    readonly retention: Retention;
    readonly slice: number;
  }) => Promise<SweepReceipt>;
};

/** The store's own number of a postback: grows, is never used twice. */
export type StoreSequence = number;

export type RecordBatch = {
  readonly at: number;
  readonly events: readonly RecordedEvent[];
  /** Installs to write, newest last; a record replaces an older one under each of its keys. */
  readonly installs: readonly InstallRecord[];
  /**
   * Recorded events that were decided anew because their install came late, with the new enrichment,
   * only the decisions that changed, and the new postbacks. In the same transaction as the install:
   * a crash between the two would leave events waiting for an install that has come. An event that
   * no longer waits is left as it is.
   */
  readonly amendments: readonly RecordedEvent[];
  /** Events that were known already when the batch was decided: nothing of them is written, they are only counted. */
  readonly duplicates: readonly { readonly appId: AppId; readonly name: string }[];
  /** Of this commit's leased postbacks. */
  readonly leaseToken: string;
  readonly leaseUntil: number;
};

export type RecordedEvent = {
  readonly event: Event;
  readonly revision: number;
  readonly decisions: readonly Decision[];
  /** What `decisions` differs from at few places, and goes on behind: one object for many events, so that it can be kept once. */
  readonly usual: readonly Decision[] | null;
  readonly postbacks: readonly NewPostback[];
  /** Of rules that fire once: each becomes a unique row that names the event. */
  readonly marks: readonly OnceMark[];
  /** Set when a decision rests on the lack of an install record: found again under any of the keys until the time. */
  readonly waits: { readonly keys: readonly string[]; readonly until: number } | null;
};

export type NewPostback = {
  readonly postback: Postback;
  readonly start:
    | { readonly kind: "leased" }
    | { readonly kind: "pending"; readonly dueAt: number; readonly lane: Lane }
    | { readonly kind: "dead"; readonly reason: "render_error"; readonly message: string };
};

export type RequestVersion = {
  readonly postbackId: PostbackId;
  readonly request: RenderedRequest;
  /** Of the lease that the caller holds, or null. */
  readonly leaseToken: string | null;
};

export type Erasure = {
  readonly events: readonly EventId[];
  /** Install records under any of the keys, and marks whose subject is one of them. */
  readonly people: readonly ErasedPerson[];
};
export type ErasureReceipt = {
  /** Of the events: those that are erased, now or before. */
  readonly erased: readonly EventId[];
  readonly installs: number;
  readonly marks: number;
};

export type RecordReceipt = {
  /** For each amendment: the sequences of its new postbacks, or null where the event no longer waited. */
  readonly amendments: readonly (readonly StoreSequence[] | null)[];
  /** For each event, in order: the sequences of its postbacks, or the id under which it already was there. */
  readonly events: readonly (
    | { readonly kind: "recorded"; readonly sequences: readonly StoreSequence[] }
    | { readonly kind: "duplicate"; readonly id: EventId }
  )[];
};

/** A postback in hand, with where it stands in its schedule. */
export type OwedPostback = {
  readonly sequence: StoreSequence;
  readonly postback: Postback;
  /** The request to send: the newest version, where it was rendered again. */
  readonly request: RenderedRequest;
  /** Attempts so far, over replays; the next one's number is one more. */
  readonly attempts: number;
  /** Attempts spent in the present schedule; a replay starts it at 0. */
  readonly spent: number;
  /** Crashes of a sender that held it. */
  readonly strikes: number;
  readonly expiresAt: number | null;
  readonly leaseToken: string;
  readonly leaseUntil: number;
};

export type Settlement = {
  readonly sequence: StoreSequence;
  readonly leaseToken: string;
  readonly at: number;
  /** Null when it never reached a sender's wire (expired in hand, three strikes). */
  readonly attempt: Attempt | null;
  readonly next:
    | { readonly state: "delivered" }
    | { readonly state: "dead"; readonly reason: DeadReason }
    | {
        readonly state: "pending";
        readonly dueAt: number;
        readonly lane: Lane;
        readonly spent: number;
        readonly strikes: number;
      };
};

export type SettleReceipt =
  | { readonly kind: "settled" }
  /** It was cancelled in flight: the attempt is kept, and it ended as delivered or cancelled. */
  | { readonly kind: "cancelled" }
  /** The lease was lost: the attempt is kept in the log as a doubled one, the state is somebody else's. */
  | { readonly kind: "stale" };

export type DueReceiver = { readonly receiverId: ReceiverId; readonly lane: Lane; readonly dueAt: number };

/** Milliseconds that each kind of row is kept. */
export type Retention = {
  readonly eventsMs: number;
  readonly deadMs: number;
  /** Of marks too: they are of installs. */
  readonly installRecordsMs: number;
  readonly clientEventIdsMs: number;
};

export type SweepReceipt = {
  readonly expired: number;
  readonly cancelled: number;
  readonly removedEvents: number;
  readonly more: boolean;
};

export type Scrubbed = {
  /** A reader of an older moment (a backup) keeps some of it in the log; a later sweep does the rest. */
  readonly leftInLog: boolean;
  /**
   * Why copies of a few rows may stay in the file, or null: it is too large to be written anew while it is in use, or
   * that failed.
   */
  readonly leftInFile: "large_file" | { readonly failure: string } | null;
};
