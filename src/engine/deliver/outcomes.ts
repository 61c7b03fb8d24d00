import { invariant } from "#src/core/invariant.ts";
import type { Exchange, NetworkFault } from "#src/core/postbacks/attempt.ts";
import { judgeExchange } from "#src/core/postbacks/success-test.ts";
import type { DeliveryLimits } from "#src/engine/limits.ts";
import type { BreakerStateName } from "#src/engine/observer.ts";
import type { SendResult } from "#src/ports/sender.ts";
import { type Breaker, breakerHeard, type Health } from "./breaker.ts";
import type { DeliveryState } from "./delivery-state.ts";
import type { HandOverRoom } from "./hand-over.ts";
import type { HandOver, LeasedPostback, ReceiverLine } from "./receiver-line.ts";
import { healthOf, ownFaultWaitMs, settlementOf } from "./settlement.ts";
import type { Settler } from "./settler.ts";

/** Takes what senders heard: judges it, tells the breakers, and has the outcome written. */
export class OutcomeRoom {
  readonly #state: DeliveryState;
  readonly #handOver: HandOverRoom;
  readonly #settler: Settler;
  readonly #wake: (line: ReceiverLine) => void;

  constructor(given: {
    readonly state: DeliveryState;
    readonly handOver: HandOverRoom;
    readonly settler: Settler;
    /** The line's breaker, or its host's, lets other things go than before. */
    readonly wake: (line: ReceiverLine) => void;
  }) {
    this.#state = given.state;
    this.#handOver = given.handOver;
    this.#settler = given.settler;
    this.#wake = given.wake;
  }

  take(results: readonly SendResult[]): void {
    for (const result of results) {
      const leased = this.#handOver.taken(result.ticket);
      if (leased !== null) this.#settle(leased, result);
    }
  }

  #settle(leased: LeasedPostback, result: SendResult): void {
    const { exchange } = result;
    const { clock, chance, limits, attempts } = this.#state;
    const { line, handedOver } = leased;
    invariant(handedOver !== null, `postback ${leased.postback.id} has a result and was never handed over`);
    const judged = judgeExchange(result, handedOver.receiver.success, handedOver.receiver.retryPolicy);
    const health = healthOf(exchange, judged);
    attempts[judged.outcome] += 1;
    line.ownFaults = health === "unheard" ? ownFaultsAfter(line, clock.monotonic(), limits.delivery) : null;
    this.#tellBreakers(line, { handOver: handedOver, health, said: answerCode(exchange) });
    const settlement = settlementOf(
      {
        leased,
        handOver: handedOver,
        exchange,
        judged,
        isHeld: health === "refused" && line.breaker.state !== "closed",
        now: clock.now(),
        fraction: judged.outcome === "delivered" ? 0 : chance.fraction(),
      },
      limits.delivery,
    );
    this.#settler.add(leased, settlement);
    this.#handOver.ready(line);
  }

  #tellBreakers(
    line: ReceiverLine,
    { handOver, health, said }: { readonly handOver: HandOver; readonly health: Health; readonly said: AnswerCode },
  ): void {
    const at = this.#state.clock.monotonic();
    const limits = this.#state.limits.breaker;
    const { host } = handOver;
    const lineBefore = markOf(line.breaker);
    if (health === "failing" || health === "refused") line.breaker.lastBad = said;
    breakerHeard(line.breaker, { epoch: handOver.lineEpoch, health, at }, limits);
    if (this.#hasChanged(line.breaker, lineBefore, { scope: "receiver", id: line.id })) this.#wake(line);
    const hostBefore = markOf(host.breaker);
    // Who refuses one receiver's token is there, and may well take another's.
    const hostHealth = health === "refused" ? "healthy" : health;
    if (hostHealth === "failing") host.breaker.lastBad = said;
    breakerHeard(host.breaker, { epoch: handOver.hostEpoch, health: hostHealth, at }, limits);
    if (!this.#hasChanged(host.breaker, hostBefore, { scope: "host", id: host.name })) return;
    for (const other of host.lines) this.#wake(other);
  }

  #hasChanged(
    breaker: Breaker,
    before: Mark,
    of: { readonly scope: "receiver" | "host"; readonly id: string },
  ): boolean {
    if (breaker.state !== before.state) {
      this.#state.observer.breakerChanged?.({ ...of, from: before.state, to: breaker.state });
    }
    return breaker.epoch !== before.epoch || breaker.openUntil !== before.openUntil || breaker.state === "half_open";
  }
}

/** Faults that come while the wait after the last step is not over are of the same burst. */
function ownFaultsAfter({ ownFaults }: ReceiverLine, at: number, limits: DeliveryLimits): ReceiverLine["ownFaults"] {
  if (ownFaults === null) return { steps: 1, since: at };
  const isNew = at - ownFaults.since >= ownFaultWaitMs(ownFaults.steps, limits);
  return isNew ? { steps: ownFaults.steps + 1, since: at } : ownFaults;
}

type AnswerCode = number | NetworkFault;

const answerCode = ({ answer }: Exchange): AnswerCode => (answer.kind === "response" ? answer.status : answer.fault);

type Mark = { readonly state: BreakerStateName; readonly epoch: number; readonly openUntil: number };

const markOf = ({ state, epoch, openUntil }: Breaker): Mark => ({ state, epoch, openUntil });
