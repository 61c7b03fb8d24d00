import type { Event } from "#src/core/events/event.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { appId, eventId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { integerAt, type Row, textAt, textOrNullAt } from "./columns.ts";
import { withFrozen } from "./frozen-text.ts";

/** Columns of a stored event in the order that the functions below read them. */
export const eventColumns =
  "sequence, id, app, received_at, recorded_at, revision, client_hash, first_postback, postbacks, decisions, sender_ip, enrichment, source, type, name";
export const selectEventBySequence = `SELECT ${eventColumns} FROM any_event WHERE sequence = ?`;

/** What is stored is the source; the event is read from it by the same function as at intake. */
export const readStoredEvent = (
  row: Row,
  textOf: (name: number) => string,
  newestEnrichment?: string | null,
): Event => {
  const id = textAt(row, 1);
  const parsed = parseEvent({
    source: textAt(row, 12),
    id: eventId(id),
    receivedAt: integerAt(row, 3),
    senderIp: textOrNullAt(row, 10),
    defaultAppId: appId(textOf(integerAt(row, 2))),
  });
  invariant(parsed.kind === "event", `event ${id} is read as it was accepted`);
  return withFrozen(parsed.event, newestEnrichment === undefined ? textOrNullAt(row, 11) : newestEnrichment);
};
