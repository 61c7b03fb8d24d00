import type { Exchange, NetworkFault } from "#src/core/postbacks/attempt.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { OpenedSecrets, Sender, SendOrder, SendResult } from "#src/ports/sender.ts";

/** What a receiver does with one order. `hang` is heard of only when its deadline is over. */
export type ScriptedAnswer =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly body?: string;
      readonly retryAfterS?: number;
      readonly afterMs?: number;
    }
  | { readonly kind: "fault"; readonly fault: NetworkFault; readonly afterMs?: number }
  | { readonly kind: "hang" }
  /** No result until `answer` is called by hand. */
  | { readonly kind: "by_hand" };

export type ScriptedSender = Sender & {
  /** Every order ever given, oldest first. */
  readonly orders: readonly SendOrder[];
  /** Those that have no result yet. */
  readonly inHand: () => readonly SendOrder[];
  /** Answers an order by hand; false when it has been answered, or was cut off. */
  readonly answer: (ticket: number, answer: ScriptedAnswer) => boolean;
  /** What receivers do from now on. */
  readonly script: (answer: (order: SendOrder) => ScriptedAnswer) => void;
  /** Everything in hand is answered `sender_crashed`. */
  readonly crash: () => void;
  /** The process is gone: nothing in hand is ever answered. */
  readonly vanish: () => void;
  readonly secrets: () => OpenedSecrets;
};

const ok: ScriptedAnswer = { kind: "response", status: 200 };

/** The sender's port without sockets: a script says what each receiver does, a turned clock when. */
export const scriptedSender = (options: {
  readonly clock: Clock;
  readonly answer?: (order: SendOrder) => ScriptedAnswer;
}): ScriptedSender => {
  const { clock } = options;
  let script = options.answer ?? ((): ScriptedAnswer => ok);
  let secrets: OpenedSecrets = new Map();
  let closed = false;
  const orders: SendOrder[] = [];
  const inHand = new Map<number, { readonly order: SendOrder; readonly startedAt: number; readonly since: number }>();
  const listeners: ((results: readonly SendResult[]) => void)[] = [];

  const finish = (ticket: number, answer: Exchange["answer"]): boolean => {
    const held = inHand.get(ticket);
    if (held === undefined) return false;
    inHand.delete(ticket);
    const exchange: Exchange = {
      startedAt: held.startedAt,
      durationMs: clock.monotonic() - held.since,
      phases: { lookupMs: null, connectMs: null, firstByteMs: null },
      answer,
      remoteAddress: answer.kind === "response" ? "203.0.113.7" : null,
    };
    for (const listener of listeners) listener([{ ticket, exchange }]);
    return true;
  };

  const play = (order: SendOrder, answer: ScriptedAnswer): void => {
    switch (answer.kind) {
      case "response":
        later(answer.afterMs, () => finish(order.ticket, responseOf(answer)));
        break;
      case "fault":
        later(answer.afterMs, () => finish(order.ticket, faultOf(answer.fault)));
        break;
      case "hang":
        later(order.timeoutMs, () => finish(order.ticket, faultOf("headers_timeout")));
        break;
      case "by_hand":
        break;
    }
  };

  /** Never inside `send`: a real sender's results come in a later turn. */
  const later = (delayMs: number | undefined, run: () => void): void => {
    if (delayMs === undefined || delayMs === 0) queueMicrotask(run);
    else clock.after(delayMs, run);
  };

  return {
    orders,
    inHand: () => [...inHand.values()].map((held) => held.order),
    send: (given) => {
      if (closed) throw new Error("an order was given to a sender that is closed");
      for (const order of given) {
        orders.push(order);
        inHand.set(order.ticket, { order, startedAt: clock.now(), since: clock.monotonic() });
        play(order, script(order));
      }
    },
    onResults: (listener) => {
      listeners.push(listener);
    },
    setSecrets: (given) => {
      secrets = given;
    },
    secrets: () => secrets,
    answer: (ticket, answer) => {
      const held = inHand.get(ticket);
      if (held === undefined) return false;
      play(held.order, answer);
      return true;
    },
    script: (answer) => {
      script = answer;
    },
    crash: () => {
      for (const ticket of [...inHand.keys()]) finish(ticket, faultOf("sender_crashed"));
    },
    vanish: () => {
      closed = true;
      inHand.clear();
    },
    close: (graceMs) => {
      closed = true;
      return closeWithin(clock, graceMs, inHand);
    },
  };
};

const responseOf = (answer: Extract<ScriptedAnswer, { kind: "response" }>): Exchange["answer"] => ({
  kind: "response",
  status: answer.status,
  headers: [],
  body: answer.body ?? "",
  bodyTruncated: false,
  retryAfterS: answer.retryAfterS ?? null,
});

const faultOf = (fault: NetworkFault): Exchange["answer"] => ({ kind: "fault", fault, message: `scripted: ${fault}` });

const closePollMs = 10;

const closeWithin = (clock: Clock, graceMs: number, inHand: Map<number, unknown>): Promise<void> =>
  new Promise((resolve) => {
    const endsAt = clock.monotonic() + graceMs;
    const look = (): void => {
      if (inHand.size > 0 && clock.monotonic() < endsAt) {
        clock.after(closePollMs, look);
        return;
      }
      inHand.clear();
      resolve();
    };
    look();
  });
