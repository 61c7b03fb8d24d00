import type { AttemptOutcome, Exchange, UnmetTest } from "#src/core/postbacks/attempt.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { judgeExchange } from "#src/core/postbacks/success-test.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { DeliveryState } from "#src/engine/deliver/delivery-state.ts";
import type { SharedSender } from "#src/engine/deliver/shared-sender.ts";
import type { Chance } from "#src/ports/chance.ts";

export type TestSent =
  | {
      readonly kind: "sent";
      readonly exchange: Exchange;
      readonly outcome: AttemptOutcome;
      readonly unmet: UnmetTest | null;
    }
  /** As many are under way as may be. */
  | { readonly kind: "busy" };

/** People press the button again; a receiver that hangs must not gather them. */
const underWayMax = 4;

/**
 * Sends one marked request to a receiver and tells the exchange. It is no postback: nothing is stored, retried or
 * counted, and pauses, breakers and rates do not hold it, since it is sent to see whether they still must.
 */
export class TestSends {
  readonly #sender: SharedSender;
  readonly #state: DeliveryState;
  readonly #chance: Chance;

  constructor(given: { readonly sender: SharedSender; readonly state: DeliveryState; readonly chance: Chance }) {
    this.#sender = given.sender;
    this.#state = given.state;
    this.#chance = given.chance;
  }

  readonly send = async (receiver: Receiver, request: RenderedRequest): Promise<TestSent> => {
    if (this.#sender.underWay >= underWayMax) return { kind: "busy" };
    const { idHeaders } = receiver;
    const id = `test-${uuidV7(this.#state.clock.now(), this.#chance.bytes(10))}`;
    const ids = idHeaders === null ? [] : [idHeaders.postbackId, id, idHeaders.attempt, "1"];
    const result = await this.#sender.sendOne({
      receiverId: receiver.id,
      request,
      headers: [...ids, "carom-test", "true"],
      timeoutMs: receiver.retryPolicy.timeoutMs,
      bodyNeeded: receiver.success.body.kind !== "any",
    });
    const { outcome, unmet } = judgeExchange(result, receiver.success, receiver.retryPolicy);
    return { kind: "sent", exchange: result.exchange, outcome, unmet };
  };
}
