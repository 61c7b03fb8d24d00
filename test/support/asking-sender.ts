import { receiverId } from "#src/core/ids.ts";
import type { Exchange, TestedBody } from "#src/core/postbacks/attempt.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Sender, SendOrder } from "#src/ports/sender.ts";

/** What a test says of an order; the rest is a GET with a deadline of two seconds. */
export type Asked = Partial<Omit<SendOrder, "ticket" | "request">> & Partial<RenderedRequest>;

/** A sender that is asked one URL at a time, and answers with the exchange. It takes the sender's results for itself. */
export type AskingSender = {
  readonly ask: (url: string, asked?: Asked) => Promise<Exchange>;
  /** What the success test is given of the newest answer beyond what its exchange keeps; null for nothing. */
  readonly testedBody: () => TestedBody | null;
  /** Tickets in the order in which they were answered, and how often each was. */
  readonly answered: readonly number[];
};

export const askingSender = (sender: Sender): AskingSender => {
  const waiting = new Map<number, (exchange: Exchange) => void>();
  const answered: number[] = [];
  let ticket = 0;
  let testedBody: TestedBody | null = null;
  sender.onResults((results) => {
    for (const result of results) {
      answered.push(result.ticket);
      testedBody = result.testedBody ?? null;
      waiting.get(result.ticket)?.(result.exchange);
    }
  });
  return {
    ask: (url, asked = {}) =>
      new Promise((resolve) => {
        ticket++;
        waiting.set(ticket, resolve);
        const { method = "GET", headers = [], body = null } = asked;
        const {
          receiverId: receiver = receiverId("integration:app:partner"),
          timeoutMs = 2_000,
          bodyNeeded = false,
        } = asked;
        sender.send([
          { ticket, receiverId: receiver, request: { method, url, headers, body }, headers: [], timeoutMs, bodyNeeded },
        ]);
      }),
    testedBody: () => testedBody,
    answered,
  };
};
