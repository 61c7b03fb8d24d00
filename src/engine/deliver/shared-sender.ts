import type { Sender, SendOrder, SendResult } from "#src/ports/sender.ts";

/**
 * One sender for delivery and for orders that are nobody's postback. Those have tickets below zero, so
 * that delivery never hears of them.
 */
export class SharedSender {
  readonly #sender: Sender;
  readonly #waiting = new Map<number, (result: SendResult) => void>();
  #lastTicket = 0;
  /** As delivery sees it. */
  readonly forDelivery: Sender;

  constructor(sender: Sender) {
    this.#sender = sender;
    this.forDelivery = {
      send: (orders) => sender.send(orders),
      onResults: (listener) => sender.onResults((results) => listener(this.#takeOwn(results))),
      setSecrets: (secrets) => sender.setSecrets(secrets),
      close: (graceMs) => sender.close(graceMs),
    };
  }

  /** Orders under way that are not delivery's. */
  get underWay(): number {
    return this.#waiting.size;
  }

  /** One try. Never answered where the process stops meanwhile: the port cuts what is in flight then. */
  sendOne(order: Omit<SendOrder, "ticket">): Promise<SendResult> {
    this.#lastTicket -= 1;
    const ticket = this.#lastTicket;
    return new Promise((resolve) => {
      this.#waiting.set(ticket, resolve);
      this.#sender.send([{ ...order, ticket }]);
    });
  }

  #takeOwn(results: readonly SendResult[]): readonly SendResult[] {
    if (this.#waiting.size === 0) return results;
    return results.filter((result) => {
      const resolve = this.#waiting.get(result.ticket);
      if (resolve === undefined) return true;
      this.#waiting.delete(result.ticket);
      resolve(result);
      return false;
    });
  }
}
