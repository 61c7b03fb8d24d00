import type { CompiledCatalog, Verdict } from "#src/core/compiled-catalog.ts";
import type { Event } from "#src/core/event.ts";
import type { EventId } from "#src/core/ids.ts";
import { enrichmentOf, isConversion, withEnrichment } from "#src/core/install-conversion.ts";
import { installFrom } from "#src/core/install-from.ts";
import type { InstallRecord } from "#src/core/install-record.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { KnowledgeAnswer, WaitingEvent } from "#src/ports/knowledge.ts";
import type { RecordBatch, RecordedEvent } from "#src/ports/store.ts";
import type { Batch, BatchQuery } from "./batch.ts";
import { OwnInstalls } from "./known-installs.ts";
import { decideAgain } from "./late-installs.ts";
import { type MadePostbacks, makePostbacks } from "./make-postbacks.ts";

/** A batch decided: what is to be written, and where each of its events stands in that. */
export type DecidedBatch = {
  readonly record: RecordBatch;
  readonly made: MadePostbacks;
  /** For each event of the batch: its place among the recorded ones, or the id it is a duplicate of. */
  readonly places: readonly (number | EventId)[];
};

type Deciding = {
  readonly compiled: CompiledCatalog;
  readonly state: DeliveryState;
  readonly made: MadePostbacks;
  readonly graceMs: number;
};

/** Enriches and decides every event of a batch on what is committed and on what stands in the batch itself. */
export function decideBatch(
  batch: Batch,
  answer: KnowledgeAnswer | null,
  { state, leaseToken }: { readonly state: DeliveryState; readonly leaseToken: string },
): DecidedBatch {
  const at = state.clock.now();
  const leaseUntil = at + state.limits.delivery.leaseDurationMs;
  const made: MadePostbacks = { at, leaseToken, leaseUntil, leased: [], spilled: new Set(), spilledCount: 0 };
  const deciding: Deciding = { compiled: state.compiled, state, made, graceMs: state.limits.intake.lateInstallGraceMs };
  const installs = new OwnInstalls();
  const { ask } = batch;
  const { places, events } =
    ask === null || answer === null
      ? decideAll(batch.events, deciding)
      : decideKnown(batch, { ask, answer, installs, deciding });
  const amendments = ask === null || answer === null ? [] : amend({ ask, answer, installs, deciding, batch });
  return { record: { at, events, installs: installs.records, amendments, leaseToken, leaseUntil }, made, places };
}

type Decided = { readonly places: (number | EventId)[]; readonly events: RecordedEvent[] };

/** The hot path: nothing is asked for, so nothing is looked for. */
function decideAll(events: readonly Event[], deciding: Deciding): Decided {
  const places: number[] = [];
  const recorded: RecordedEvent[] = [];
  for (const event of events) {
    places.push(recorded.length);
    recorded.push(decideOne(event, null, deciding));
  }
  return { places, events: recorded };
}

type Known = {
  readonly ask: BatchQuery;
  readonly answer: KnowledgeAnswer;
  readonly installs: OwnInstalls;
  readonly deciding: Deciding;
};

function decideKnown(batch: Batch, known: Known): Decided {
  const { ask, answer, installs, deciding } = known;
  const duplicateOf = duplicates(batch, ask, answer);
  const stored = new Map<number, InstallRecord | null>();
  for (const [question, place] of ask.installsOf.entries()) stored.set(place, answer.installs[question] ?? null);
  const recordOf = (place: number, event: Event): InstallRecord | null =>
    installs.newest(event.appId, ask.installKeys.get(place) ?? [], stored.get(place) ?? null);

  const completed: Event[] = [];
  for (const [place, event] of batch.events.entries()) {
    const previous = duplicateOf.has(place) ? null : recordOf(place, event);
    completed.push(completedBy(event, previous));
    if (duplicateOf.has(place) || !isConversion(event)) continue;
    installs.add(installFrom(event, previous));
  }
  const places: (number | EventId)[] = [];
  const events: RecordedEvent[] = [];
  for (const [place, event] of completed.entries()) {
    const first = duplicateOf.get(place);
    if (first !== undefined) {
      places.push(first);
      continue;
    }
    // An install that stands later in the same batch is no late install: nothing has been decided without it yet.
    const isCompleted = event.enrichment !== null || isConversion(event);
    const whole = isCompleted ? event : completedBy(event, recordOf(place, event));
    places.push(events.length);
    events.push(decideOne(whole, ask.installKeys.get(place) ?? null, deciding));
  }
  return { places, events };
}

/** The id that each repeated event was first known by: in the store, or earlier in the batch. */
function duplicates(batch: Batch, ask: BatchQuery, answer: KnowledgeAnswer): ReadonlyMap<number, EventId> {
  const duplicateOf = new Map<number, EventId>();
  for (const [question, place] of ask.clientEventIdsOf.entries()) {
    const first = answer.clientEventIds[question] ?? null;
    if (first !== null) duplicateOf.set(place, first);
  }
  for (const [place, firstPlace] of ask.repeats) {
    const first = duplicateOf.get(firstPlace) ?? batch.events[firstPlace]?.id;
    if (first !== undefined) duplicateOf.set(place, first);
  }
  return duplicateOf;
}

function completedBy(event: Event, record: InstallRecord | null): Event {
  const enrichment = enrichmentOf(event, record, 1);
  return enrichment === null ? event : withEnrichment(event, enrichment);
}

const nothingDecided: Verdict = { decisions: [], matches: [], waitsForInstall: false };

function decideOne(event: Event, installKeys: readonly string[] | null, deciding: Deciding): RecordedEvent {
  const { compiled, state, made } = deciding;
  // The app may have left the catalog while the event was on its way: it is kept, and owes nobody.
  const verdict = compiled.apps.get(event.appId)?.decide(event) ?? nothingDecided;
  return {
    event,
    revision: compiled.revision,
    decisions: verdict.decisions,
    postbacks: makePostbacks(event, verdict.matches, { state, made }),
    waits: waitsOf(event, verdict, { installKeys, graceMs: deciding.graceMs }),
  };
}

/** Under which keys, and until when, the event waits for its install. */
function waitsOf(
  event: Event,
  verdict: Verdict,
  { installKeys, graceMs }: { readonly installKeys: readonly string[] | null; readonly graceMs: number },
): RecordedEvent["waits"] {
  if (!verdict.waitsForInstall || installKeys === null) return null;
  return { keys: installKeys, until: event.receivedAt + graceMs };
}

/** Recorded events that waited for the installs of this batch, decided anew. */
function amend({
  ask,
  answer,
  installs,
  deciding,
  batch,
}: Known & { readonly batch: Batch }): readonly RecordedEvent[] {
  const amendments = new Map<EventId, RecordedEvent>();
  for (const [question, place] of ask.waitingOf.entries()) {
    const conversion = batch.events[place];
    const keys = ask.installKeys.get(place);
    if (conversion === undefined || keys === undefined) continue;
    const record = installs.newest(conversion.appId, keys, null);
    for (const waiting of answer.waiting[question] ?? []) {
      if (record === null || amendments.has(waiting.event.id)) continue;
      const amendment = amendOne(waiting, record, deciding);
      if (amendment !== null) amendments.set(waiting.event.id, amendment);
    }
  }
  return [...amendments.values()];
}

function amendOne(waiting: WaitingEvent, record: InstallRecord, deciding: Deciding): RecordedEvent | null {
  const { compiled, state, made } = deciding;
  const again = decideAgain(waiting, record, compiled);
  if (again === null) return null;
  return {
    event: again.event,
    revision: compiled.revision,
    decisions: again.verdict.decisions,
    postbacks: makePostbacks(again.event, again.verdict.matches, { state, made }),
    waits: null,
  };
}
