import type { EventWire } from "#src/contract/event-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { targetTag } from "#src/core/decide/target-tag.ts";
import type { Hashes } from "#src/core/hashes.ts";
import { maskerOf, sourceMaskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import { tagOfPostback } from "#src/core/postback-id.ts";
import type { StoredEvent } from "#src/ports/delivery-log.ts";
import { recordedDecisionAnswer } from "./decision-answer.ts";
import type { Scope } from "./scope.ts";

type Shown = { readonly scope: Scope; readonly hashes: Hashes };

/**
 * A stored event as JSON text: its source stands in it exactly as it came, `120.00` and all. Of its
 * decisions and postbacks only those of targets that are seen.
 */
export const eventAnswerText = (stored: StoredEvent, shown: Shown): string => {
  const { event } = stored;
  const answer = JSON.stringify(eventAnswer(seenOf(stored, shown)));
  const [about, source] = shown.scope.isMasked
    ? [maskerOf(event)(answer), sourceMaskerOf(event)(event.source)]
    : [answer, event.source];
  return `${about.slice(0, -1)},"source":${source}}`;
};

const seenOf = (stored: StoredEvent, { scope, hashes }: Shown): StoredEvent => {
  const { appId } = stored.event;
  const decisions = stored.decisions.filter(({ targetKey }) => scope.looks.holdsTarget(appId, targetKey));
  if (decisions.length === stored.decisions.length) return stored;
  const tags = new Set(decisions.map(({ targetKey }) => targetTag({ targetKey, tag: null }, hashes)));
  return { ...stored, decisions, postbackIds: stored.postbackIds.filter((id) => tags.has(tagOfPostback(id) ?? "")) };
};

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
  ip_country: event.ipCountry,
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
