import { type EventRow, installKey, markKey, type PostbackRow, type Tables } from "#src/adapters/memory/tables.ts";
import type { EventId } from "#src/core/ids.ts";
import { onceSubjectOf } from "#src/core/postbacks/once-mark.ts";
import { readTargetKey } from "#src/core/postbacks/target-key.ts";
import type { Receivers } from "./receivers.ts";

/** What callers were told. */
export type Ledger = {
  readonly acknowledged: ReadonlySet<EventId>;
  /** Ids that a caller was told of as those of a first. */
  readonly duplicatesOf: ReadonlySet<EventId>;
};

/** What must be true of the tables after every step, whatever has happened. */
export function* brokenInvariants(tables: Tables, ledger: Ledger, receivers: Receivers): Iterable<string> {
  for (const id of ledger.acknowledged) {
    const row = tables.events.get(id);
    if (row === undefined) yield `event ${id} was acknowledged and is not there`;
    else if (row.decisions.length === 0) yield `event ${id} was acknowledged without decisions`;
  }
  for (const id of ledger.duplicatesOf) {
    if (!tables.events.has(id)) yield `somebody was told of a duplicate of ${id}, which is not there`;
  }
  yield* doubledEvents(tables);
  for (const row of tables.events.values()) {
    yield* brokenDecisions(tables, row);
    yield* brokenWait(tables, row);
  }
  yield* brokenOnce(tables);
  for (const row of tables.postbacks.values()) yield* brokenPostback(row, receivers);
}

function* doubledEvents(tables: Tables): Iterable<string> {
  const seen = new Set<string>();
  for (const { event } of tables.events.values()) {
    if (event.clientEventId === null) continue;
    const key = `${event.appId} ${event.clientEventId}`;
    if (seen.has(key)) yield `client event id ${event.clientEventId} was recorded twice`;
    seen.add(key);
  }
}

/** Every match has its postback and no other, and no partner is served by two configurators. */
function* brokenDecisions(tables: Tables, row: EventRow): Iterable<string> {
  const postbacks = row.postbacks.flatMap((sequence) => tables.postbacks.get(sequence) ?? []);
  const owed = postbacks.filter(({ postback }) => postback.redelivery === 0).map(({ postback }) => postback.targetKey);
  const matched = row.decisions.filter(({ code }) => code === "match").map(({ targetKey }) => targetKey);
  if (owed.toSorted().join() !== matched.toSorted().join()) {
    yield `event ${row.event.id} matched ${matched.join()} and owes ${owed.join()}`;
  }
  const byPartner = Map.groupBy(postbacks, ({ owner }) => owner?.partnerId ?? null);
  for (const [partnerId, served] of byPartner) {
    if (partnerId === null) continue;
    const configurators = new Set(served.map(({ postback }) => postback.receiverId));
    if (configurators.size > 1) yield `event ${row.event.id} serves ${partnerId} through two configurators`;
  }
}

/** Once is once: of all events of a subject one has matched, and the mark names it. */
function* brokenOnce(tables: Tables): Iterable<string> {
  const firsts = new Map<string, EventId>();
  for (const { event, decisions } of tables.events.values()) {
    const subject = onceSubjectOf(event);
    if (subject === null) continue;
    for (const { targetKey, code } of decisions) {
      if (code !== "match" || readTargetKey(targetKey).kind !== "rule") continue;
      const key = markKey({ appId: event.appId, targetKey, subject });
      const first = firsts.get(key);
      if (first !== undefined) yield `${targetKey} fired twice for ${subject}: by ${first} and ${event.id}`;
      firsts.set(key, event.id);
      const mark = tables.marks.get(key)?.eventId;
      if (mark !== event.id) yield `${targetKey} fired for ${subject} by ${event.id}, and its mark names ${mark}`;
    }
  }
  for (const [key, { eventId }] of tables.marks) {
    if (!tables.events.has(eventId)) yield `the mark ${key} names ${eventId}, which is not there`;
  }
}

/** Between look-up and commit no install may come without the events that wait for it. */
function* brokenWait(tables: Tables, row: EventRow): Iterable<string> {
  for (const key of row.waits?.keys ?? []) {
    if (tables.installs.has(installKey(row.event.appId, key))) {
      yield `event ${row.event.id} waits for an install that has come: ${key}`;
    }
  }
}

function* brokenPostback(row: PostbackRow, receivers: Receivers): Iterable<string> {
  const { id } = row.postback;
  const heard = receivers.heard.get(id) ?? 0;
  if (row.state === "delivered" && heard === 0) yield `${id} is delivered and nobody heard it`;
  if (heard > receivers.mayHear(id)) yield `${id} was heard ${heard} times`;
}
