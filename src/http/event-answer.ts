import type { EventWire } from "#src/contract/event-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { StoredEvent } from "#src/ports/delivery-log.ts";
import { recordedDecisionAnswer } from "./decision-answer.ts";

/** A stored event as JSON text: its source stands in it exactly as it came, `120.00` and all. */
export const eventAnswerText = (stored: StoredEvent): string =>
  `${JSON.stringify(eventAnswer(stored)).slice(0, -1)},"source":${stored.event.source}}`;

const eventAnswer = ({ event, decisions, postbackIds }: StoredEvent): Omit<EventWire, "source"> => ({
  id: event.id,
  app_id: event.appId,
  event_id: event.clientEventId,
  event_type: event.type,
  event_name: event.name,
  event_time: timeText(event.time),
  received_at: timeText(event.receivedAt),
  is_test: event.isTest,
  sender_ip: event.senderIp,
  enrichment:
    event.enrichment === null
      ? null
      : {
          version: event.enrichment.version,
          conversion_at: timeText(event.enrichment.conversionAt),
          conversion_kind: event.enrichment.conversionKind,
          fields: event.enrichment.fields,
          lifecycle: event.enrichment.lifecycle,
        },
  decisions: decisions.map(recordedDecisionAnswer),
  postback_ids: [...postbackIds],
});
