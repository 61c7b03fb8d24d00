import type { Problem } from "#src/core/problem.ts";
import type { AbTestFacts, EventType, FieldValue, MessageFacts } from "./event.ts";
import type { EventField } from "./event-fields.ts";

/** An event while its members are read; see `parse-event.ts`. Null is *not told*. */
export type EventDraft = {
  readonly source: string;
  readonly problems: Problem[];
  clientEventId: string | null;
  appId: string | null;
  type: EventType;
  name: string | null;
  time: number | null;
  isTest: boolean;
  readonly fields: Partial<Record<EventField, FieldValue>>;
  valueText: string | null;
  context: Readonly<Record<string, FieldValue>> | null;
  message: MessageFacts | null;
  abTest: AbTestFacts | null;
  sharingFilter: readonly string[] | "all" | null;
  consent: Readonly<Record<string, unknown>> | null;
  /** Made when the first undeclared member comes; its prototype is null. */
  extra: Record<string, unknown> | null;
};

export const newEventDraft = (source: string): EventDraft => ({
  source,
  problems: [],
  clientEventId: null,
  appId: null,
  type: "in_app_event",
  name: null,
  time: null,
  isTest: false,
  fields: {},
  valueText: null,
  context: null,
  message: null,
  abTest: null,
  sharingFilter: null,
  consent: null,
  extra: null,
});

/** Notes what is wrong with a member; the message never repeats the value, which may be a person's. */
export function refuseMember(draft: EventDraft, code: string, what: { path: Problem["path"]; message: string }): void {
  draft.problems.push({ path: what.path, code, message: `${what.path.join(".")}: ${what.message}` });
}
