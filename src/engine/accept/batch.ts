import type { Event } from "#src/core/events/event.ts";
import { isConversion, writesInstall } from "#src/core/installs/install-conversion.ts";
import { installKeysOf } from "#src/core/installs/install-keys.ts";
import type { Acceptance } from "#src/ports/journal.ts";
import type { KnowledgeQuery } from "#src/ports/knowledge.ts";
import type { KeyHolder, KeyLocks } from "./key-locks.ts";

/** One call of `append`, to be answered as a whole. */
export type IntakeRequest = {
  readonly events: readonly Event[];
  readonly bytes: number;
  readonly resolve: (acceptances: readonly Acceptance[]) => void;
  readonly reject: (error: Error) => void;
};

/** Requests that are looked up, decided and recorded together. */
export type Batch = KeyHolder & {
  readonly requests: readonly IntakeRequest[];
  readonly events: readonly Event[];
  /** Null where no event of the batch has anything to ask for. */
  readonly ask: BatchQuery | null;
};

/** What a batch asks of `Knowledge`, and which of its events each question is about. */
export type BatchQuery = {
  readonly query: KnowledgeQuery;
  /** Places in the batch, parallel to the query's lists; marks are asked for once the batch is decided. */
  readonly clientEventIdsOf: readonly number[];
  readonly installsOf: readonly number[];
  readonly waitingOf: readonly number[];
  /** Install keys by place in the batch, the strongest first. */
  readonly installKeys: ReadonlyMap<number, readonly string[]>;
  /** Places of events whose client event id stands earlier in the batch, and where. */
  readonly repeats: ReadonlyMap<number, number>;
};

/** Forms a batch and takes its keys: from here on no other batch writes what this one asks for. */
export function formBatch(
  requests: readonly IntakeRequest[],
  {
    locks,
    now,
    whenFree,
  }: { readonly locks: KeyLocks; readonly now: number; readonly whenFree: (batch: Batch) => void },
): Batch {
  const events = requests.length === 1 ? (requests[0]?.events ?? []) : requests.flatMap((request) => request.events);
  const batch: Batch = {
    requests,
    events,
    ask: queryOf(events, now),
    keys: [],
    waitsFor: 0,
    dependants: [],
    whenFree: () => whenFree(batch),
  };
  takeKeys(batch, locks);
  return batch;
}

/** Events without ids of their own and of a device cost nothing here. */
function queryOf(events: readonly Event[], now: number): BatchQuery | null {
  const asking = new Asking();
  for (const [place, event] of events.entries()) asking.add(place, event, now);
  return asking.isEmpty() ? null : asking;
}

class Asking implements BatchQuery {
  readonly query: { readonly [List in keyof KnowledgeQuery]: KnowledgeQuery[List][number][] } = {
    clientEventIds: [],
    installs: [],
    waiting: [],
    marks: [],
  };
  readonly clientEventIdsOf: number[] = [];
  readonly installsOf: number[] = [];
  readonly waitingOf: number[] = [];
  readonly installKeys = new Map<number, readonly string[]>();
  readonly repeats = new Map<number, number>();
  readonly #places = new Map<string, number>();

  isEmpty(): boolean {
    return this.clientEventIdsOf.length === 0 && this.installsOf.length === 0;
  }

  add(place: number, event: Event, now: number): void {
    const { appId, clientEventId } = event;
    if (clientEventId !== null) {
      const key = clientEventKey(event);
      const first = this.#places.get(key);
      if (first !== undefined) {
        this.repeats.set(place, first);
        return;
      }
      this.#places.set(key, place);
      this.query.clientEventIds.push({ appId, clientEventId });
      this.clientEventIdsOf.push(place);
    }
    const keys = installKeysOf(event.fields);
    if (keys.length === 0) return;
    this.installKeys.set(place, keys);
    this.query.installs.push({ appId, keys });
    this.installsOf.push(place);
    if (!isConversion(event)) return;
    this.query.waiting.push({ appId, keys, now });
    this.waitingOf.push(place);
  }
}

function takeKeys(batch: Batch, locks: KeyLocks): void {
  if (batch.ask === null) return;
  for (const place of batch.ask.clientEventIdsOf) {
    const event = batch.events[place];
    if (event !== undefined) locks.write(batch, clientEventKey(event));
  }
  for (const [place, keys] of batch.ask.installKeys) {
    const event = batch.events[place];
    if (event === undefined) continue;
    const writes = writesInstall(event);
    for (const key of keys) {
      if (writes) locks.write(batch, installLockKey(event, key));
      else locks.read(batch, installLockKey(event, key));
    }
  }
}

/** App ids hold no line feed, and install keys begin with the name of a field: no two things share a key. */
const clientEventKey = (event: Event): string => `${event.appId}\n\n${event.clientEventId}`;
const installLockKey = (event: Event, key: string): string => `${event.appId}\n${key}`;
