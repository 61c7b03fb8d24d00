import type { Event } from "#src/core/events/event.ts";
import type { EventId, PostbackId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { RecordedDecision } from "#src/ports/delivery-log.ts";
import type { NewPostback, RecordBatch, RecordedEvent, RecordReceipt, StoreSequence } from "#src/ports/store.ts";
import { countAccepted, countDecided, countDuplicate } from "./counters.ts";
import {
  clientEventKey,
  type EventRow,
  installKey,
  markKey,
  nextSequence,
  type PostbackRow,
  type Tables,
} from "./tables.ts";
import { countDecision, countEnding } from "./totals.ts";

export const record = (tables: Tables, batch: RecordBatch): RecordReceipt => {
  const duplicates = new Set<EventId>();
  checkBatch(tables, batch);
  const events = batch.events.map((recorded) => {
    const first = recordedAs(tables, recorded.event);
    if (first === null) return { kind: "recorded" as const, sequences: writeEvent(tables, recorded, batch) };
    duplicates.add(recorded.event.id);
    tables.totals.duplicateEvents += 1;
    countDuplicate(tables, placeOf(recorded.event, batch));
    return { kind: "duplicate" as const, id: first };
  });
  // An install told twice must not overwrite what has been learnt since the first time.
  for (const install of batch.installs) {
    if (duplicates.has(install.eventId)) continue;
    for (const key of install.keys) {
      tables.installs.set(installKey(install.appId, key), { record: install, at: batch.at });
    }
  }
  for (const { appId: app, name } of batch.duplicates) {
    tables.totals.duplicateEvents += 1;
    countDuplicate(tables, { at: batch.at, app, name });
  }
  return { events, amendments: batch.amendments.map((amendment) => amend(tables, amendment, batch)) };
};

/** The id under which an event is already there, or null. */
const recordedAs = (tables: Tables, event: Event): EventId | null => {
  if (tables.events.has(event.id)) return event.id;
  if (event.clientEventId === null) return null;
  return tables.clientEventIds.get(clientEventKey(event.appId, event.clientEventId))?.eventId ?? null;
};

/** Looked at before anything is written: a batch is taken whole or not at all. */
const checkBatch = (tables: Tables, batch: RecordBatch): void => {
  const fresh = batch.events.filter(({ event }) => recordedAs(tables, event) === null);
  const amended = batch.amendments.filter(({ event }) => tables.events.get(event.id)?.waits != null);
  const marks = new Set(tables.marks.keys());
  for (const { event, postbacks, marks: own } of [...fresh, ...amended]) {
    for (const mark of own) {
      invariant(!marks.has(markKey(mark)), `${mark.targetKey} was shown to ${mark.subject} before`);
      marks.add(markKey(mark));
    }
    const ids = new Set<PostbackId>();
    for (const { postback } of postbacks) {
      invariant(postback.eventId === event.id, `postback ${postback.id} is of another event`);
      invariant(!ids.has(postback.id) && !tables.sequenceOf.has(postback.id), `postback ${postback.id} is not new`);
      ids.add(postback.id);
    }
  }
};

const writeEvent = (tables: Tables, recorded: RecordedEvent, batch: RecordBatch): readonly StoreSequence[] => {
  const { event } = recorded;
  const row: EventRow = {
    sequence: nextSequence(tables),
    event,
    recordedAt: batch.at,
    decisions: recorded.decisions.map((decision) => recordedDecision(decision, recorded.revision, batch.at)),
    postbacks: [],
    waits: null,
  };
  tables.events.set(event.id, row);
  tables.totals.acceptedEvents += 1;
  countAccepted(tables, placeOf(event, batch));
  if (event.clientEventId !== null) {
    tables.clientEventIds.set(clientEventKey(event.appId, event.clientEventId), { eventId: event.id, at: batch.at });
  }
  writeMarks(tables, recorded, batch.at);
  countDecisions(tables, row.decisions, placeOf(event, batch));
  setWaits(tables, row, recorded.waits);
  return recorded.postbacks.map((made) => writePostback(tables, made, { row, lease: leaseOf(batch) }));
};

const placeOf = ({ appId, name }: Event, { at }: RecordBatch) => ({ at, app: appId, name });

const countDecisions = (
  tables: Tables,
  decisions: readonly RecordedDecision[],
  event: ReturnType<typeof placeOf>,
): void => {
  for (const decision of decisions) {
    countDecision(tables.totals, decision.code);
    countDecided(tables, event, decision);
  }
};

/** Null where the event no longer waits: somebody else has decided it anew. */
const amend = (tables: Tables, amendment: RecordedEvent, batch: RecordBatch): readonly StoreSequence[] | null => {
  const row = tables.events.get(amendment.event.id);
  if (row === undefined || row.waits === null) return null;
  const made = amendment.decisions.map((decision) => recordedDecision(decision, amendment.revision, batch.at));
  const anew = new Set(made.map((decision) => decision.targetKey));
  row.event = amendment.event;
  row.decisions = [...row.decisions.filter((decision) => !anew.has(decision.targetKey)), ...made];
  writeMarks(tables, amendment, batch.at);
  countDecisions(tables, made, placeOf(amendment.event, batch));
  setWaits(tables, row, amendment.waits);
  return amendment.postbacks.map((postback) => writePostback(tables, postback, { row, lease: leaseOf(batch) }));
};

const writeMarks = (tables: Tables, { event, marks }: RecordedEvent, at: number): void => {
  for (const mark of marks) tables.marks.set(markKey(mark), { eventId: event.id, at });
};

export const setWaits = (tables: Tables, row: EventRow, waits: EventRow["waits"]): void => {
  for (const key of row.waits?.keys ?? []) {
    const waiting = tables.waiting.get(installKey(row.event.appId, key));
    waiting?.delete(row.event.id);
    if (waiting?.size === 0) tables.waiting.delete(installKey(row.event.appId, key));
  }
  row.waits = waits;
  for (const key of waits?.keys ?? []) {
    const under = installKey(row.event.appId, key);
    const waiting = tables.waiting.get(under) ?? new Set();
    tables.waiting.set(under, waiting.add(row.event.id));
  }
};

export const writePostback = (
  tables: Tables,
  { postback, start }: NewPostback,
  { row: eventRow, lease }: { readonly row: EventRow; readonly lease: PostbackRow["lease"] },
): StoreSequence => {
  invariant(start.kind !== "leased" || lease !== null, `postback ${postback.id} starts leased without a lease`);
  const sequence = nextSequence(tables);
  const isDead = start.kind === "dead";
  const row: PostbackRow = {
    sequence,
    postback,
    earlierRequests: [],
    appId: eventRow.event.appId,
    owner: ownerOfReceiver(postback.receiverId),
    eventName: eventRow.event.name,
    state: start.kind,
    reason: isDead ? start.reason : null,
    renderMessage: isDead ? start.message : null,
    attemptLog: [],
    attempts: 0,
    spent: 0,
    strikes: 0,
    lane: start.kind === "pending" ? start.lane : "first",
    dueAt: start.kind === "pending" ? start.dueAt : postback.createdAt,
    expiresAt: postback.expiresAt,
    lease: start.kind === "leased" ? lease : null,
    liveSince: sequence,
    cancelledInFlight: null,
    endedAt: isDead ? postback.createdAt : null,
  };
  tables.postbacks.set(sequence, row);
  tables.sequenceOf.set(postback.id, sequence);
  eventRow.postbacks.push(sequence);
  if (isDead) countEnding(tables, row);
  else tables.live.add(sequence);
  return sequence;
};

const leaseOf = (batch: RecordBatch): PostbackRow["lease"] => ({ token: batch.leaseToken, until: batch.leaseUntil });

const recordedDecision = (decision: Decision, revision: number, decidedAt: number): RecordedDecision => ({
  targetKey: decision.targetKey,
  code: decision.outcome.kind === "match" ? "match" : decision.outcome.reason,
  revision,
  decidedAt,
});
