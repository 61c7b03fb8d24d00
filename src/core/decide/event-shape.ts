import type { EventType } from "#src/core/events/event.ts";

/**
 * All that the steps about a whole integration (1 to 6) may look at. Events of one shape are decided
 * alike by them, so that the outcome is kept and asked for again (`integration-plan.ts`): what is not
 * here cannot be looked at there.
 */
export type EventShape = {
  readonly type: EventType;
  readonly name: string;
  readonly isTest: boolean;
  /** Install, reinstall, re-engagement, re-attribution: sent by the install template, without a mapping. */
  readonly isConversion: boolean;
  readonly isRejected: boolean;
  readonly afPrt: string | null;
};

/**
 * All that the steps about whose event it is (7 and 8) may look at: an event is attributed to few of the
 * partners of its app, and what these steps say of the others is kept as well (`source-plan.ts`).
 */
export type EventSource = EventShape & {
  /** Null where nobody told one, neither the event nor an install record. */
  readonly mediaSource: string | null;
  /** Within a re-engagement window one event is written twice (AF-RT); the flag tells the rows apart, absent is primary. */
  readonly isSecondRow: boolean;
};
