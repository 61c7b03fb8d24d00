import type { DatabaseSync } from "node:sqlite";
import type { Retention } from "#src/ports/store.ts";
import { BulkInsert } from "./bulk-insert.ts";
import { CancelMarks } from "./cancel-marks.ts";
import { CancelRequests } from "./cancel-requests.ts";
import { ClientEventIds } from "./client-event-ids.ts";
import { CounterRows } from "./counter-rows.ts";
import { DecisionSums } from "./decision-sums.ts";
import { DueLanes } from "./due-lanes.ts";
import { Endings } from "./endings.ts";
import { EventSpans } from "./event-spans.ts";
import { InstallRows } from "./install-rows.ts";
import { defaultFilterBytesMax } from "./known-segments.ts";
import { Leases } from "./leases.ts";
import { LiveRows } from "./live-rows.ts";
import { NameRows } from "./name-rows.ts";
import { OnceMarkRows } from "./once-mark-rows.ts";
import { OwedRanges } from "./owed-ranges.ts";
import { PostbackRows } from "./postback-rows.ts";
import { Tally } from "./tally.ts";
import { WaitingRows } from "./waiting-rows.ts";

/** In the order in which `RecordRows` gives them. */
const eventRowColumns = [
  "sequence",
  "id",
  "app",
  "received_at",
  "recorded_at",
  "revision",
  "client_hash",
  "type",
  "name",
  "first_postback",
  "postbacks",
  "decisions",
  "sender_ip",
  "enrichment",
  "source",
] as const;

/**
 * What the store thread holds beside its file. Whatever remembers something in memory can go back to
 * the last commit; the file goes back by ROLLBACK, and both do so together.
 */
export type StoreState = {
  readonly database: DatabaseSync;
  readonly names: NameRows;
  readonly tally: Tally;
  readonly leases: Leases;
  readonly owed: OwedRanges;
  readonly marks: CancelMarks;
  readonly requests: CancelRequests;
  readonly lanes: DueLanes;
  readonly events: BulkInsert;
  readonly spans: EventSpans;
  readonly clientEventIds: ClientEventIds;
  readonly installs: InstallRows;
  readonly onceMarks: OnceMarkRows;
  readonly waiting: WaitingRows;
  readonly live: LiveRows;
  readonly endings: Endings;
  readonly counters: CounterRows;
  readonly decisionSums: DecisionSums;
  readonly postbacks: PostbackRows;
  /** As the last sweep told it: each commit removes a little more than it adds. */
  retention: Retention | null;
};

export const createStoreState = (
  database: DatabaseSync,
  filterBytesMax: number = defaultFilterBytesMax,
): StoreState => {
  const names = new NameRows(database);
  const textOf = (name: number): string => names.textOf(name);
  const tally = new Tally(database);
  const leases = new Leases();
  const marks = new CancelMarks(database);
  const events = new BulkInsert(database, "event", eventRowColumns);
  const counters = new CounterRows(database, textOf);
  return {
    database,
    names,
    tally,
    leases,
    owed: new OwedRanges(database),
    marks,
    requests: new CancelRequests(database),
    lanes: new DueLanes(database, leases, marks),
    events,
    spans: new EventSpans(database, () => events.flush()),
    clientEventIds: new ClientEventIds(database, {
      tally,
      textOf,
      beforeReading: () => events.flush(),
      filterBytesMax,
    }),
    installs: new InstallRows(database, tally),
    onceMarks: new OnceMarkRows(database),
    waiting: new WaitingRows(database, textOf),
    live: new LiveRows(database),
    endings: new Endings(database, { tally, counters }),
    counters,
    decisionSums: new DecisionSums(textOf),
    postbacks: new PostbackRows(database, tally),
    retention: null,
  };
};

/** What a call has appended is put into its tables before anything else is asked of them. */
export const flushAppends = ({ events, postbacks, endings }: StoreState): void => {
  events.flush();
  postbacks.flush();
  endings.flush();
};

/** The last statements of a transaction: what memory has gathered for it. */
export const flushState = (state: StoreState): void => {
  flushAppends(state);
  state.names.write();
  state.spans.flush();
  state.counters.flush();
  state.tally.write();
};

export const stateCommitted = (state: StoreState): void => {
  state.names.committed();
  state.tally.committed();
  state.clientEventIds.committed();
  state.leases.committed();
  state.owed.committed();
  state.marks.committed();
  state.requests.committed();
  state.lanes.committed();
  state.counters.committed();
};

export const stateRolledBack = (state: StoreState): void => {
  state.events.rolledBack();
  state.postbacks.rolledBack();
  state.endings.rolledBack();
  state.counters.rolledBack();
  state.names.rolledBack();
  state.tally.rolledBack();
  state.clientEventIds.rolledBack();
  state.leases.rolledBack();
  state.owed.rolledBack();
  state.marks.rolledBack();
  state.requests.rolledBack();
  state.lanes.rolledBack();
  state.spans.rolledBack();
};
