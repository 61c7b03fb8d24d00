import type { EventId } from "#src/core/ids.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { RecordBatch, RecordedEvent } from "#src/ports/store.ts";
import type { BatchDraft, EventDraft } from "./draft-batch.ts";
import { type MadePostbacks, makePostbacks } from "./make-postbacks.ts";

/** A batch decided: what is to be written, and where each of its events stands in that. */
export type DecidedBatch = {
  readonly record: RecordBatch;
  readonly made: MadePostbacks;
  /** For each event of the batch: its place among the recorded ones, or the id it is a duplicate of. */
  readonly places: readonly (number | EventId)[];
};

/** What one commit makes, before any of it is made. */
export const makeNothingYet = (state: DeliveryState, leaseToken: string): MadePostbacks => ({
  at: state.clock.now(),
  leaseToken,
  leaseUntil: state.leaseNow() + state.limits.delivery.leaseDurationMs,
  leased: [],
  spilled: new Set(),
  spilledCount: 0,
});

/** Makes the postbacks of a draft's matches; `made` has what was taken for them also where this throws. From here on its credits are taken: it is recorded, or they are given back. */
export function decideBatch(
  { compiled, events, amendments, installs, duplicates, places }: BatchDraft,
  { state, made }: { readonly state: DeliveryState; readonly made: MadePostbacks },
): DecidedBatch {
  const { at, leaseToken, leaseUntil } = made;
  const recordedOf = (draft: EventDraft): RecordedEvent => ({
    event: draft.event,
    revision: compiled.revision,
    decisions: draft.verdict.decisions,
    usual: draft.verdict.usual,
    postbacks: makePostbacks(draft.event, draft.verdict.matches, { state, made }),
    marks: draft.verdict.marks,
    waits: waitsOf(draft, state.limits.intake.lateInstallGraceMs),
  });
  const record: RecordBatch = {
    at,
    events: events.map(recordedOf),
    installs,
    amendments: amendments.map(recordedOf),
    duplicates,
    leaseToken,
    leaseUntil,
  };
  return { record, made, places };
}

/** Under which keys, and until when, the event waits for its install. */
function waitsOf({ event, verdict, installKeys }: EventDraft, graceMs: number): RecordedEvent["waits"] {
  if (!verdict.waitsForInstall || installKeys === null) return null;
  return { keys: installKeys, until: event.receivedAt + graceMs };
}
