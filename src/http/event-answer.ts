import type { EventWire } from "#src/contract/event-wire.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { targetTag } from "#src/core/decide/target-tag.ts";
import type { AppId } from "#src/core/ids.ts";
import { maskJson } from "#src/core/money/mask-json.ts";
import type { RevenueNames } from "#src/core/money/revenue-names.ts";
import { maskerOf, sourceMaskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import { tagOfPostback } from "#src/core/postbacks/postback-id.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { StoredEvent } from "#src/ports/delivery-log.ts";
import { recordedDecisionAnswer } from "./decision-answer.ts";
import { type Scope, seesRevenue } from "./scope.ts";

type Shown = {
  readonly scope: Scope;
  readonly hashes: Hashes;
  /** Members of an app that tell what a user paid. */
  readonly revenueOf: (app: AppId) => RevenueNames;
};

/**
 * A stored event as JSON text: its source stands in it exactly as it came, `120.00` and all, less what
 * users paid for whoever is granted no revenue. Of its decisions and postbacks only those of targets that are seen.
 */
export const eventAnswerText = (stored: StoredEvent, shown: Shown): string => {
  const { event } = stored;
  const answer = JSON.stringify(eventAnswer(seenOf(stored, shown)));
  const told = seesRevenue(shown.scope, event) ? event.source : maskJson(event.source, shown.revenueOf(event.appId));
  const [about, source] = shown.scope.isMasked
    ? [maskerOf(event)(answer), sourceMaskerOf(event)(told)]
    : [answer, told];
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
