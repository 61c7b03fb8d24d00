import type { PostbackSummaryWire } from "#src/contract/postback-wire.ts";
import type { EventId } from "#src/core/ids.ts";
import { maskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import type { DeliveryLog, PostbackSummary } from "#src/ports/delivery-log.ts";
import type { Scope } from "./scope.ts";

/** Takes the personal data of each one's event out of what is answered about postbacks, where the caller may not see it. */
export const postbackMasker =
  (log: Pick<DeliveryLog, "readEvent">) =>
  async <Wire extends PostbackSummaryWire>(
    { isMasked }: Scope,
    found: readonly Pick<PostbackSummary, "postback">[],
    answers: readonly Wire[],
  ): Promise<Wire[]> => {
    if (!isMasked) return [...answers];
    const ids = new Set(found.map(({ postback }) => postback.eventId));
    const maskers = new Map<EventId, (text: string) => string>();
    for (const id of ids) maskers.set(id, maskerOf((await log.readEvent(id))?.event ?? null));
    return answers.map((answer, index) => {
      const event = found[index]?.postback.eventId;
      const mask = (event === undefined ? undefined : maskers.get(event)) ?? maskerOf(null);
      return maskedJson(answer, mask);
    });
  };

/** Every text of an answer through the mask; its form stays. */
export const maskedJson = <Value>(value: Value, mask: (text: string) => string): Value =>
  JSON.parse(mask(JSON.stringify(value)));
