import type { Event } from "#src/core/events/event.ts";
import type { AppId, EventId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";

/**
 * What is known when an event comes in. All keys of a batch are looked up in one call; each answer
 * is what was committed at some moment after the call was made, and not all need be of one moment.
 */
export type Knowledge = {
  readonly lookUp: (query: KnowledgeQuery) => Promise<KnowledgeAnswer>;
};

export type KnowledgeQuery = {
  readonly clientEventIds: readonly { readonly appId: AppId; readonly clientEventId: string }[];
  /** Keys of one device, the strongest first; the first that is known answers. */
  readonly installs: readonly { readonly appId: AppId; readonly keys: readonly string[] }[];
  /** Keys of installs that arrive now: which recorded events wait for them? */
  readonly waiting: readonly { readonly appId: AppId; readonly keys: readonly string[]; readonly now: number }[];
  /** Which events have these marks? */
  readonly marks: readonly OnceMark[];
};

/** Each list is parallel to the query's. */
export type KnowledgeAnswer = {
  readonly clientEventIds: readonly (EventId | null)[];
  readonly installs: readonly (InstallRecord | null)[];
  readonly waiting: readonly (readonly WaitingEvent[])[];
  readonly marks: readonly (EventId | null)[];
};

export type WaitingEvent = {
  /** As it was stored. */
  readonly event: Event;
  /** Target keys that it has matched so far: their partners are served. */
  readonly matchedTargetKeys: readonly string[];
};
