import type { Event } from "#src/core/events/event.ts";
import { searchKeysOf } from "#src/core/events/search-keys.ts";
import type { AppId, EventId } from "#src/core/ids.ts";
import { keysOfId } from "#src/core/installs/install-keys.ts";
import type { ErasedPerson } from "#src/core/personal-data/erasure.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { DeliveryLog, SearchKey } from "#src/ports/delivery-log.ts";
import type { Store } from "#src/ports/store.ts";
import type { JobFilters } from "./job-filters.ts";

export type ErasureRequest = {
  /** Apps that are looked through. */
  readonly appIds: readonly AppId[];
  /** Ids of one person. */
  readonly identifiers: readonly SearchKey[];
  /** Also what the ids lead to: install and user ids that stand in the same events. */
  readonly linked: boolean;
  readonly dryRun: boolean;
  /** Heard before anything is erased; where it fails, nothing is. */
  readonly begin?: () => Promise<void>;
};

export type Erased =
  | {
      readonly kind: "erased";
      /** Those that were given, and with `linked` those that they led to. */
      readonly identifiers: readonly SearchKey[];
      readonly events: number;
      /** Postbacks that waited and do no more. */
      readonly cancelled: number;
      /** Events left as they are, since a request of theirs is on its way: to be asked again. */
      readonly inFlight: number;
      readonly installs: number;
      readonly marks: number;
      /** A backup keeps bytes of them in the log; they go within seconds of its end. */
      readonly leftInLog: boolean;
      /** Copies of a few rows may stay in the file until it is compacted. */
      readonly leftInFile: boolean;
    }
  /** The ids lead to more ids than one person has. */
  | { readonly kind: "too_many_linked"; readonly max: number };

/** More ids than these are not one person's: a shared one (`guest`) has led to others. */
export const linkedIdentifiersMax = 200;
const slice = 200;

/** Forgets one person: ends jobs that look for them, cancels what waits, then takes them out of events, postbacks and install records. */
export class Erasures {
  readonly #store: Store;
  readonly #log: DeliveryLog;
  readonly #delivery: Delivery;
  readonly #jobFilters: JobFilters;

  constructor(given: {
    readonly store: Store;
    readonly log: DeliveryLog;
    readonly delivery: Delivery;
    readonly jobFilters: JobFilters;
  }) {
    this.#jobFilters = given.jobFilters;
    this.#store = given.store;
    this.#log = given.log;
    this.#delivery = given.delivery;
  }

  /** Safe to repeat; whatever fails on the way has erased what it had come to. */
  readonly erase = async (request: ErasureRequest): Promise<Erased> => {
    const found = await this.#find(request);
    if (found === null) return { kind: "too_many_linked", max: linkedIdentifiersMax };
    const { identifiers, eventIds } = found;
    const done = { events: 0, cancelled: 0, inFlight: 0, installs: 0, marks: 0, leftInLog: false, leftInFile: false };
    if (request.dryRun) return { kind: "erased", identifiers, ...done, events: eventIds.length };
    await request.begin?.();
    // First, so that no job makes or puts back anything more of the person meanwhile.
    await this.#jobFilters.forget(request.appIds, identifiers);
    for (let first = 0; first < eventIds.length; first += slice) {
      const events = eventIds.slice(first, first + slice);
      done.cancelled += await this.#cancelWaiting(events);
      const { erased } = await this.#store.erase({ events, people: [] });
      done.events += erased.length;
      done.inFlight += events.length - erased.length;
    }
    const { installs, marks } = await this.#store.erase({ events: [], people: peopleOf(request.appIds, identifiers) });
    const { leftInLog, leftInFile } = await this.#store.scrub();
    if (leftInFile !== null && leftInFile !== "large_file")
      this.#delivery.state.observer.faulted?.(
        "erasure",
        new Error(`the file was not written anew: ${leftInFile.failure}`),
      );
    return { kind: "erased", identifiers, ...done, installs, marks, leftInLog, leftInFile: leftInFile !== null };
  };

  /** Every event of the person, and the ids that led there; null where they are too many to be one person's. */
  async #find({ appIds, identifiers, linked }: ErasureRequest) {
    const known = new Map(identifiers.map((key) => [`${key.kind} ${key.value}`, key]));
    const eventIds = new Set<EventId>();
    // A map goes on over what is added while it is walked.
    for (const key of known.values()) {
      for (const appId of appIds) {
        for await (const event of this.#eventsWith(appId, key)) {
          eventIds.add(event.id);
          if (linked) for (const other of linkingKeys(event)) known.set(`${other.kind} ${other.value}`, other);
        }
      }
      if (known.size > Math.max(linkedIdentifiersMax, identifiers.length)) return null;
    }
    return { identifiers: [...known.values()], eventIds: [...eventIds] };
  }

  async *#eventsWith(appId: AppId, key: SearchKey): AsyncGenerator<Event> {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<DeliveryLog["findEvents"]>> = await this.#log.findEvents(
        { appId, key },
        { limit: slice, cursor },
      );
      for (const { event } of page.items) yield event;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  async #cancelWaiting(events: readonly EventId[]): Promise<number> {
    const stored = await Promise.all(events.map((id) => this.#log.readEvent(id)));
    const postbackIds = stored.flatMap((event) => event?.postbackIds ?? []);
    if (postbackIds.length === 0) return 0;
    return this.#delivery.cancel({ which: { postbackIds }, reason: "erased", at: this.#delivery.state.clock.now() });
  }
}

/** Ids that say who somebody is; a click or an order says what happened once. */
const linkingKeys = (event: Event): readonly SearchKey[] =>
  searchKeysOf(event).filter(({ kind }) => kind === "install_id" || kind === "user_id");

const peopleOf = (appIds: readonly AppId[], identifiers: readonly SearchKey[]): readonly ErasedPerson[] => {
  const keys = identifiers.flatMap(({ kind, value }) =>
    kind === "install_id" || kind === "user_id" ? keysOfId(kind, value) : [],
  );
  return keys.length === 0 ? [] : appIds.map((appId) => ({ appId, keys }));
};
