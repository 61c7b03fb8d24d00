import { timeText } from "#src/contract/wire-time.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { EngineObserver } from "#src/engine/observer.ts";
import type { FeedPlace, LiveFeed } from "./live-feed.ts";

type Recorded = Parameters<NonNullable<EngineObserver["eventRecorded"]>>[0];

/** What the engine tells of, put into the feed's words. */
export const feedObserver = (feed: LiveFeed): Required<Pick<EngineObserver, "eventRecorded" | "attemptSettled">> => ({
  eventRecorded: (recorded) => {
    if (!feed.isWatched) return;
    const { event } = recorded;
    const place: FeedPlace = {
      appId: event.appId,
      isSeen: (bounds) => bounds.holdsEvent(event),
      // An agency sees the event, and of what became of it its own part.
      part: (bounds) => eventMessage(recorded, (target) => bounds.holdsTarget(event.appId, target)),
    };
    feed.publish("event", place, () => eventMessage(recorded, () => true));
  },
  attemptSettled: (postback, { attempt, next }, receipt) => {
    // Of any other receipt the state is somebody else's, and not what the settlement says.
    if (receipt.kind !== "settled" || !feed.isWatched) return;
    const place: FeedPlace = {
      appId: ownerOfReceiver(postback.receiverId)?.appId ?? null,
      isSeen: (bounds) => bounds.holdsReceiver(postback.receiverId),
    };
    feed.publish("postback", place, () => {
      const answer = attempt?.exchange.answer;
      return {
        id: postback.id,
        event_id: postback.eventId,
        receiver_id: postback.receiverId,
        state: next.state,
        reason: next.state === "dead" ? next.reason : null,
        attempt: attempt?.number ?? null,
        status: answer?.kind === "response" ? answer.status : null,
        fault: answer?.kind === "fault" ? answer.fault : null,
        duration_ms: attempt === null ? null : Math.round(attempt.exchange.durationMs),
      };
    });
  },
});

const eventMessage = ({ event, decisions }: Recorded, isSeen: (targetKey: string) => boolean): object => {
  const seen = decisions.filter(({ targetKey }) => isSeen(targetKey));
  const skipped: Record<string, number> = {};
  for (const { outcome } of seen)
    if (outcome.kind === "skip") skipped[outcome.reason] = (skipped[outcome.reason] ?? 0) + 1;
  return {
    id: event.id,
    app_id: event.appId,
    event_type: event.type,
    event_name: event.name,
    received_at: timeText(event.receivedAt),
    matched: seen.filter(({ outcome }) => outcome.kind === "match").length,
    skipped,
  };
};
