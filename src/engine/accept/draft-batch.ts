import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { type DecisionInputs, nothingShown, type Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { EventId } from "#src/core/ids.ts";
import {
  enrichmentOf,
  isConversion,
  withEnrichment,
  withLifecycle,
  writesInstall,
} from "#src/core/installs/install-conversion.ts";
import { installFrom } from "#src/core/installs/install-from.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { KnowledgeAnswer, WaitingEvent } from "#src/ports/knowledge.ts";
import type { Batch, BatchQuery } from "./batch.ts";
import { OwnInstalls } from "./known-installs.ts";
import { decideAgain } from "./late-installs.ts";

/** A batch whose events are enriched and decided, and for which nothing has been made yet. */
export type BatchDraft = {
  /** By which all of it is decided, also what is decided a second time. */
  readonly compiled: CompiledCatalog;
  readonly events: readonly EventDraft[];
  /** Recorded events that waited for the installs of this batch, decided anew. */
  readonly amendments: readonly EventDraft[];
  readonly installs: readonly InstallRecord[];
  /** Events that are known already. */
  readonly duplicates: readonly Event[];
  /** For each event of the batch: its place among `events`, or the id it is a duplicate of. */
  readonly places: readonly (number | EventId)[];
};

export type EventDraft = {
  readonly event: Event;
  verdict: Verdict;
  /** Null where the event has none, or is not to wait. */
  readonly installKeys: readonly string[] | null;
  /** Of an amendment: the event as it waited, and the record that came. */
  readonly late: { readonly waiting: WaitingEvent; readonly record: InstallRecord } | null;
};

/** Enriches and decides every event of a batch on what is committed and on what stands in the batch itself. */
export function draftBatch(batch: Batch, answer: KnowledgeAnswer | null, compiled: CompiledCatalog): BatchDraft {
  const { ask } = batch;
  if (ask === null || answer === null) return draftAll(batch.events, compiled);
  const installs = new OwnInstalls();
  const known: Known = { ask, answer, installs, compiled };
  const drafts = draftKnown(batch, known);
  return { compiled, ...drafts, amendments: draftAmendments(batch, known), installs: installs.records };
}

/** Decides a draft again, on other inputs. */
export function decideDraft(draft: EventDraft, compiled: CompiledCatalog, inputs: DecisionInputs): void {
  const { late } = draft;
  const again = late === null ? null : decideAgain(late.waiting, late.record, { compiled, inputs });
  draft.verdict = again === null ? verdictOf(draft.event, compiled, inputs) : again.verdict;
}

/** The hot path: nothing is asked for, so nothing is looked for. */
function draftAll(events: readonly Event[], compiled: CompiledCatalog): BatchDraft {
  const places: number[] = [];
  const drafts: EventDraft[] = [];
  for (const event of events) {
    places.push(drafts.length);
    drafts.push(draftOf(event, null, compiled));
  }
  return { compiled, events: drafts, amendments: [], installs: [], duplicates: [], places };
}

const draftOf = (event: Event, installKeys: readonly string[] | null, compiled: CompiledCatalog): EventDraft => ({
  event,
  verdict: verdictOf(event, compiled, nothingShown),
  installKeys,
  late: null,
});

const nothingDecided: Verdict = { decisions: [], usual: null, matches: [], marks: [], waitsForInstall: false };

/** The app may have left the catalog while the event was on its way: it is kept, and owes nobody. */
const verdictOf = (event: Event, compiled: CompiledCatalog, inputs: DecisionInputs): Verdict =>
  compiled.apps.get(event.appId)?.decide(event, inputs) ?? nothingDecided;

type Known = {
  readonly ask: BatchQuery;
  readonly answer: KnowledgeAnswer;
  readonly installs: OwnInstalls;
  readonly compiled: CompiledCatalog;
};

function draftKnown(batch: Batch, known: Known): Pick<BatchDraft, "places" | "events" | "duplicates"> {
  const { ask, answer, installs, compiled } = known;
  const duplicateOf = duplicates(batch, ask, answer);
  const stored = new Map<number, InstallRecord | null>();
  for (const [question, place] of ask.installsOf.entries()) stored.set(place, answer.installs[question] ?? null);
  const recordOf = (place: number, event: Event): InstallRecord | null =>
    installs.newest(event.appId, ask.installKeys.get(place) ?? [], stored.get(place) ?? null);

  const completed: Event[] = [];
  for (const [place, event] of batch.events.entries()) {
    const previous = duplicateOf.has(place) ? null : recordOf(place, event);
    completed.push(completedBy(event, previous));
    if (duplicateOf.has(place) || !writesInstall(event)) continue;
    if (isConversion(event)) installs.add(installFrom(event, previous));
    else if (previous !== null) installs.add(withLifecycle(previous, event));
  }
  const places: (number | EventId)[] = [];
  const events: EventDraft[] = [];
  const repeated: Event[] = [];
  for (const [place, event] of completed.entries()) {
    const first = duplicateOf.get(place);
    if (first !== undefined) {
      places.push(first);
      repeated.push(event);
      continue;
    }
    // An install that stands later in the same batch is no late install: nothing has been decided without it yet.
    const isCompleted = event.enrichment !== null || isConversion(event);
    const whole = isCompleted ? event : completedBy(event, recordOf(place, event));
    places.push(events.length);
    events.push(draftOf(whole, ask.installKeys.get(place) ?? null, compiled));
  }
  return { places, events, duplicates: repeated };
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

/** Recorded events that waited for the installs of this batch, decided anew. */
function draftAmendments(batch: Batch, { ask, answer, installs, compiled }: Known): readonly EventDraft[] {
  const amendments = new Map<EventId, EventDraft>();
  for (const [question, place] of ask.waitingOf.entries()) {
    const conversion = batch.events[place];
    const keys = ask.installKeys.get(place);
    if (conversion === undefined || keys === undefined) continue;
    const record = installs.newest(conversion.appId, keys, null);
    for (const waiting of answer.waiting[question] ?? []) {
      if (record === null || amendments.has(waiting.event.id)) continue;
      const again = decideAgain(waiting, record, { compiled, inputs: nothingShown });
      if (again === null) continue;
      amendments.set(waiting.event.id, { ...again, installKeys: null, late: { waiting, record } });
    }
  }
  return [...amendments.values()];
}
