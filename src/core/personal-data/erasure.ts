import type { Event } from "#src/core/events/event.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { Attempt } from "#src/core/postbacks/attempt.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Problem } from "#src/core/problem.ts";

/** Marks what is left of an event whose person asked to be forgotten. */
const erasedMember = "carom_erased";

/**
 * What is left of an erased event, as JSON text in the form of intake: that something happened, where
 * and when, so that counts and reports stay true. Nothing that was said about the person is in it. The
 * client's own event id stays, or a repeat would be taken as a new event.
 */
export function erasedSource(event: Event): string {
  const { media_source: mediaSource, platform } = event.fields;
  return JSON.stringify({
    app_id: event.appId,
    event_type: event.type,
    event_name: event.name,
    event_time: new Date(event.time).toISOString(),
    ...(event.clientEventId === null ? {} : { event_id: event.clientEventId }),
    ...(mediaSource === undefined ? {} : { media_source: mediaSource }),
    ...(platform === undefined ? {} : { platform }),
    ...(event.isTest ? { is_test: true } : {}),
    [erasedMember]: true,
  });
}

/** An erased event is never decided, sent or backfilled again: there is nobody that it could be about. */
export const isErased = (event: Event): boolean => event.extra[erasedMember] === true;

/** Only an erasure marks an event: sent with the mark, it would be kept and never delivered. */
export const sentMarkProblem = (event: Event): Problem | null =>
  erasedMember in event.extra
    ? {
        path: [erasedMember],
        code: "event.member_reserved",
        message: `${erasedMember}: Carom marks erased events with it; leave it out, or name it otherwise`,
      }
    : null;

/** A request as it is shown after the erasure: to whom it went, and nothing of what it said. */
export const erasedRequest = ({ method, url }: RenderedRequest): RenderedRequest => ({
  method,
  url: erasedUrl(url),
  headers: [],
  body: null,
});

/** Scheme, host and port, which hold no value of an event. */
export const erasedUrl = (url: string): string => `${/^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? ""}/erased`;

/** An attempt without what the receiver said, which may repeat what it was sent. */
export const erasedAttempt = (attempt: Attempt): Attempt => {
  const { answer } = attempt.exchange;
  if (answer.kind === "fault")
    return { ...attempt, exchange: { ...attempt.exchange, answer: { ...answer, message: "erased" } } };
  const silent = { ...answer, headers: [], body: "" };
  const unmet = attempt.unmet?.test === "body" ? { ...attempt.unmet, actual: "erased" } : attempt.unmet;
  return { ...attempt, exchange: { ...attempt.exchange, answer: silent }, unmet };
};

/** Subjects of marks (`once-mark.ts`) are keys of install records. */
export type ErasedPerson = Pick<InstallRecord, "appId" | "keys">;
