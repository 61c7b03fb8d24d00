import type { Event } from "#src/core/events/event.ts";
import type { AppId, EventId, PostbackId, ReceiverId, UserId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { ExchangeRate } from "#src/core/money/exchange-rates.ts";
import type { NoticeTarget, OpenNotice } from "#src/core/notices/notice.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type {
  CancelReason,
  DeadReason,
  Lane,
  Postback,
  PostbackState,
  RenderedRequest,
} from "#src/core/postbacks/postback.ts";
import type { ReceiverOwner } from "#src/core/postbacks/target-key.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { CatalogRevision, PartVersion, Pause } from "#src/ports/catalog-store.ts";
import type { Counter, CounterGrain } from "#src/ports/counters.ts";
import type { RecordedDecision } from "#src/ports/delivery-log.ts";
import type { StoredJob } from "#src/ports/job-store.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import type { QueuedNotice } from "#src/ports/notice-store.ts";
import type { Membership, OneTimeLink, Session, User } from "#src/ports/people-store.ts";
import type { SealedSecret } from "#src/ports/secret-store.ts";
import type { StoreSequence } from "#src/ports/store.ts";

/**
 * Everything that a storage in memory holds. It outlives the storage that is opened over it, as a
 * folder outlives a process: a simulation drops the one and opens another over the same tables.
 */
export type Tables = {
  /** The last number given out, to an event, a postback or a waking; never given twice. */
  sequence: StoreSequence;
  readonly events: Map<EventId, EventRow>;
  /** By app and client event id, see `clientEventKey`. */
  readonly clientEventIds: Map<string, { readonly eventId: EventId; readonly at: number }>;
  /** By app and install key, see `installKey`. */
  readonly installs: Map<string, { readonly record: InstallRecord; readonly at: number }>;
  /** By app, target and subject, see `markKey`. */
  readonly marks: Map<string, { readonly eventId: EventId; readonly at: number }>;
  /** By app and install key: events that wait for that install. */
  readonly waiting: Map<string, Set<EventId>>;
  readonly postbacks: Map<StoreSequence, PostbackRow>;
  readonly sequenceOf: Map<PostbackId, StoreSequence>;
  /** Sequences of postbacks that are pending or leased. */
  readonly live: Set<StoreSequence>;
  readonly cancelMarks: Map<ReceiverId, CancelMark>;
  readonly totals: TotalsRow;
  readonly counters: CounterRows;
  /** Names told by name, by day and app. */
  readonly counterNames: Map<string, Set<string>>;
  /** The n-th is revision n. */
  readonly catalog: CatalogRevision[];
  /** Every part that a revision changed, in the order of saving. */
  readonly parts: PartVersion[];
  readonly pauses: Map<string, Pause>;
  readonly keys: Map<string, ApiKey>;
  people: PeopleTables;
  readonly secrets: Map<string, SealedSecret>;
  readonly jobs: Map<string, StoredJob>;
  /** By currency and day. */
  readonly rates: Map<string, ExchangeRate>;
  readonly noticeTargets: Map<string, NoticeTarget>;
  /** By their key, see `troubleKey`. */
  readonly openNotices: Map<string, OpenNotice>;
  readonly queuedNotices: Map<string, QueuedNotice>;
  /** One that was forgotten leaves its place. */
  readonly acts: (Act | null)[];
  /** Backups by their path. */
  readonly copies: Map<string, Tables>;
};

/** Counters that only grow, whatever retention removes. What waits now is counted from the live rows. */
export type TotalsRow = {
  acceptedEvents: number;
  duplicateEvents: number;
  matched: number;
  readonly skipped: Map<string, number>;
  delivered: number;
  readonly dead: Map<string, number>;
  cancelled: number;
  attempts: number;
};

/** Counters by their bucket and place, as one text each. */
type CounterRows = Map<string, { readonly grain: CounterGrain; readonly counter: Counter; count: number }>;

export type PeopleTables = {
  readonly users: Map<UserId, User>;
  /** By user and account. */
  readonly memberships: Map<string, Membership>;
  /** By hash. */
  readonly links: Map<string, OneTimeLink>;
  readonly sessions: Map<string, Session>;
};

export type EventRow = {
  readonly sequence: StoreSequence;
  /** With its newest enrichment. */
  event: Event;
  readonly recordedAt: number;
  decisions: readonly RecordedDecision[];
  /** Oldest first, redeliveries last. */
  readonly postbacks: StoreSequence[];
  waits: { readonly keys: readonly string[]; readonly until: number } | null;
};

export type PostbackRow = {
  readonly sequence: StoreSequence;
  /** With the newest of its requests. */
  postback: Postback;
  /** Requests before that one, the oldest first. */
  readonly earlierRequests: RenderedRequest[];
  readonly appId: AppId;
  readonly owner: ReceiverOwner | null;
  readonly eventName: string;
  state: PostbackState;
  /** Why it is dead or cancelled. */
  reason: DeadReason | CancelReason | null;
  renderMessage: string | null;
  readonly attemptLog: Attempt[];
  /** Highest number of an attempt. */
  attempts: number;
  spent: number;
  strikes: number;
  lane: Lane;
  /** Meaningful while it is pending. */
  dueAt: number;
  expiresAt: number | null;
  lease: { readonly token: string; readonly until: number } | null;
  /** When it became live, in sequence numbers: at its making, or at its last replay. A cancel mark takes what was live before it. */
  liveSince: StoreSequence;
  /** Cancelled while in flight: ends as delivered or cancelled when it is settled. */
  cancelledInFlight: Cancellation | null;
  endedAt: number | null;
};

/** "Cancelled up to `upTo`": true of every row that was live by then, also before `sweep` has come to it. */
export type CancelMark = Cancellation & { readonly upTo: StoreSequence };
export type Cancellation = { readonly reason: CancelReason; readonly at: number };

export const createTables = (): Tables => ({
  sequence: 0,
  events: new Map(),
  clientEventIds: new Map(),
  installs: new Map(),
  marks: new Map(),
  waiting: new Map(),
  postbacks: new Map(),
  sequenceOf: new Map(),
  live: new Set(),
  cancelMarks: new Map(),
  totals: {
    acceptedEvents: 0,
    duplicateEvents: 0,
    matched: 0,
    skipped: new Map(),
    delivered: 0,
    dead: new Map(),
    cancelled: 0,
    attempts: 0,
  },
  counters: new Map(),
  counterNames: new Map(),
  catalog: [],
  parts: [],
  pauses: new Map(),
  keys: new Map(),
  people: { users: new Map(), memberships: new Map(), links: new Map(), sessions: new Map() },
  secrets: new Map(),
  jobs: new Map(),
  rates: new Map(),
  noticeTargets: new Map(),
  openNotices: new Map(),
  queuedNotices: new Map(),
  acts: [],
  copies: new Map(),
});

export const nextSequence = (tables: Tables): StoreSequence => {
  tables.sequence += 1;
  return tables.sequence;
};

export const rowById = (tables: Tables, id: PostbackId): PostbackRow | null => {
  const sequence = tables.sequenceOf.get(id);
  return sequence === undefined ? null : (tables.postbacks.get(sequence) ?? null);
};

export const liveRows = (tables: Tables): readonly PostbackRow[] =>
  [...tables.live].flatMap((sequence) => tables.postbacks.get(sequence) ?? []);

/** App ids hold no line feed, so no two pairs share a key. */
export const clientEventKey = (appId: AppId, clientEventId: string): string => `${appId}\n${clientEventId}`;
export const markKey = ({ appId, targetKey, subject }: OnceMark): string => `${appId}\n${targetKey}\n${subject}`;
export const installKey = (appId: AppId, key: string): string => `${appId}\n${key}`;
