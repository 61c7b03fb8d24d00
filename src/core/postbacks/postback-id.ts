import { type EventId, eventId, type PostbackId, postbackId } from "#src/core/ids.ts";

/**
 * The id of the postback that an event owes to a target. The same event and target always have the
 * same id, so that a decision made twice cannot owe two postbacks; a redelivery or backfill has a
 * number from 1 and therefore an id of its own.
 */
export const postbackIdOf = (event: EventId, targetTag: string, redelivery: number): PostbackId =>
  postbackId(redelivery === 0 ? `${event}-${targetTag}` : `${event}-${targetTag}-${redelivery}`);

const pattern = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-([0-9a-f]{12})(?:-[1-9][0-9]*)?$/;

/** The event that a postback is owed for, or null where the text is no id of a postback. */
export function eventIdOfPostback(text: string): EventId | null {
  const event = pattern.exec(text)?.[1];
  return event === undefined ? null : eventId(event);
}

/** The tag of the target that owes it, or null where the text is no id of a postback. */
export const tagOfPostback = (text: string): string | null => pattern.exec(text)?.[2] ?? null;
