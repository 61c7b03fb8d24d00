import type { Event, EventType } from "#src/core/events/event.ts";
import type { AppId, EventId, PartnerId, PostbackId, ReceiverId, RuleId } from "#src/core/ids.ts";
import type { LogScope } from "#src/core/permissions/log-scope.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type {
  CancelReason,
  DeadReason,
  Postback,
  PostbackState,
  RenderedRequest,
} from "#src/core/postbacks/postback.ts";
import type { Counter, CounterQuery } from "./counters.ts";

/** Everything that looks. Answers are complete: what a search index has not reached yet is scanned. Newest first. */
export type DeliveryLog = {
  readonly findEvents: (filter: EventFilter, page: Page) => Promise<Found<StoredEvent>>;
  readonly readEvent: (id: EventId) => Promise<StoredEvent | null>;
  /**
   * For work that goes over many events: oldest first, at most `limit` rows looked at in one call,
   * whatever the filter leaves of them. What is recorded while the work goes on comes too.
   */
  readonly scanEvents: (filter: EventFilter, page: Page) => Promise<Scanned>;
  readonly findPostbacks: (filter: PostbackFilter, page: Page) => Promise<Found<PostbackSummary>>;
  readonly readPostback: (id: PostbackId) => Promise<PostbackDetail | null>;
  readonly countPostbacks: (filter: PostbackFilter, max: number) => Promise<number>;
  /** Maintained counters, never a scan. */
  readonly totals: () => Promise<Totals>;
  /** By bucket, the oldest first. */
  readonly counters: (query: CounterQuery) => Promise<readonly Counter[]>;
};

/** `cursor` is null, or a `nextCursor` that was answered: up to 15 digits. */
export type Page = { readonly limit: number; readonly cursor: string | null };
export type Found<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

export type Scanned = {
  /** Each with the cursor that goes on behind it. */
  readonly items: readonly (Pick<StoredEvent, "event" | "decisions"> & { readonly cursor: string })[];
  /** Rows that the call looked at, and about how many are left of the time that was asked for. */
  readonly looked: number;
  readonly left: number;
  /** Null at the end. */
  readonly nextCursor: string | null;
};

/** Times are epoch milliseconds of arrival; `from` inclusive, `to` exclusive. Absent members do not filter. */
export type EventFilter = {
  readonly appId?: AppId;
  readonly type?: EventType;
  readonly name?: string;
  readonly from?: number;
  readonly to?: number;
  readonly key?: SearchKey;
  /** Only what is in it. */
  readonly within?: LogScope;
};

export type PostbackFilter = {
  readonly appId?: AppId;
  readonly partnerId?: PartnerId;
  readonly ruleId?: RuleId;
  readonly receiverId?: ReceiverId;
  readonly state?: PostbackState;
  readonly deadReason?: DeadReason;
  readonly eventName?: string;
  readonly eventId?: EventId;
  readonly from?: number;
  readonly to?: number;
  readonly key?: SearchKey;
  /** Only what is in it. */
  readonly within?: LogScope;
};

/** The ids people have. `user_id` is any advertising, device or customer id of the event. */
export const searchKeyKinds = ["event_id", "install_id", "user_id", "click_id", "transaction_id"] as const;
export type SearchKey = { readonly kind: (typeof searchKeyKinds)[number]; readonly value: string };

/** One decision as it was recorded: codes, not objects, since its target may be gone from the catalog. Of decisions made again for one target the newest stands. */
export type RecordedDecision = {
  readonly targetKey: string;
  /** `match`, or the skip reason. */
  readonly code: string;
  readonly revision: number;
  readonly decidedAt: number;
};

export type StoredEvent = {
  readonly event: Event;
  readonly decisions: readonly RecordedDecision[];
  readonly postbackIds: readonly PostbackId[];
};

export type PostbackSummary = {
  readonly postback: Postback;
  readonly appId: AppId;
  /** Null for a rule's. */
  readonly partnerId: PartnerId | null;
  /** Null for a partner's. */
  readonly ruleId: RuleId | null;
  readonly eventName: string;
  readonly state: PostbackState;
  readonly reason: DeadReason | CancelReason | null;
  /** The highest number of an attempt. */
  readonly attempts: number;
  /** When it may be sent next; null when it has ended or is in flight. */
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  /** Status of the newest answer, or null. */
  readonly lastStatus: number | null;
};

export type PostbackDetail = PostbackSummary & {
  /** By number; two of one number where a lease was lost on the way. */
  readonly attemptLog: readonly Attempt[];
  /** The request in force: the newest version. */
  readonly request: RenderedRequest;
  readonly renderMessage: string | null;
};

/**
 * Counted since the storage was made; they only grow, whatever is replayed or removed: decisions made
 * again and a second death count again. What waits is of now.
 */
export type Totals = {
  readonly acceptedEvents: number;
  readonly duplicateEvents: number;
  readonly matched: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly delivered: number;
  readonly dead: Readonly<Record<string, number>>;
  readonly cancelled: number;
  readonly attempts: number;
  /** Pending and leased now. */
  readonly waiting: number;
  /** Per receiver: pending now, and the due time of the oldest. */
  readonly waitingByReceiver: readonly {
    readonly receiverId: ReceiverId;
    readonly waiting: number;
    readonly oldestDueAt: number | null;
  }[];
};
