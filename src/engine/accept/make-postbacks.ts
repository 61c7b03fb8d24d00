import type { Match } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { Postback, RenderedRequest } from "#src/core/postbacks/postback.ts";
import { postbackIdOf } from "#src/core/postbacks/postback-id.ts";
import { admitFresh, type DeliveryState, lineOf } from "#src/engine/deliver/delivery-state.ts";
import type { LeasedPostback, ReceiverLine } from "#src/engine/deliver/receiver-line.ts";
import type { NewPostback } from "#src/ports/store.ts";

/** The postbacks of one commit: what memory sends at once, and the lines whose postbacks go by the store. */
export type MadePostbacks = {
  readonly at: number;
  readonly leaseToken: string;
  readonly leaseUntil: number;
  /** In the order in which they stand in the batch; their sequences come with the receipt. */
  readonly leased: LeasedPostback[];
  readonly spilled: Set<ReceiverLine>;
  spilledCount: number;
};

/** Never sent: a render fault has nothing to send. */
const nothing: RenderedRequest = { method: "GET", url: "", headers: [], body: null };
const noPostbacks: readonly NewPostback[] = [];

export function makePostbacks(
  event: Event,
  matches: readonly Match[],
  { state, made }: { readonly state: DeliveryState; readonly made: MadePostbacks },
): readonly NewPostback[] {
  if (matches.length === 0) return noPostbacks;
  return matches.map((match) => {
    const { rendered, receiver } = match;
    const postback: Postback = {
      id: postbackIdOf(event.id, match.targetTag, 0),
      eventId: event.id,
      receiverId: receiver.id,
      targetKey: match.decision.targetKey,
      request: rendered.kind === "request" ? rendered.request : nothing,
      createdAt: made.at,
      expiresAt: receiver.expiresAfterMs === null ? null : made.at + receiver.expiresAfterMs,
      redelivery: 0,
    };
    if (rendered.kind === "dead") {
      return { postback, start: { kind: "dead", reason: rendered.reason, message: rendered.message } };
    }
    const line = admitFresh(state, receiver);
    if (line === null) {
      made.spilled.add(lineOf(state, receiver.id));
      made.spilledCount += 1;
      return { postback, start: { kind: "pending", dueAt: made.at, lane: "first" } };
    }
    made.leased.push(leasedOf(postback, line, made));
    return { postback, start: leasedStart };
  });
}

const leasedStart: NewPostback["start"] = { kind: "leased" };

const leasedOf = (postback: Postback, line: ReceiverLine, made: MadePostbacks): LeasedPostback => ({
  sequence: 0,
  postback,
  request: postback.request,
  line,
  lane: "first",
  attempts: 0,
  spent: 0,
  strikes: 0,
  expiresAt: postback.expiresAt,
  leaseToken: made.leaseToken,
  leaseUntil: made.leaseUntil,
  handedOver: null,
});
