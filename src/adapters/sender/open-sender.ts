import { availableParallelism } from "node:os";
import type { ReceiverId } from "#src/core/ids.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Sender, SendOrder, SendResult } from "#src/ports/sender.ts";
import { defaultSenderSettings, type SenderSettings } from "./sender-settings.ts";
import { type SenderThread, startSenderThread } from "./sender-thread.ts";

export type SenderOptions = {
  readonly clock: Clock;
  /** What differs from `defaultSenderSettings`. */
  readonly settings?: Partial<SenderSettings>;
  /** Null takes one for each core beyond the first, and at least one. */
  readonly threads?: number | null;
  readonly onCrash?: (error: Error | null) => void;
};

/** The sender over HTTP: worker threads, receivers spread over them. Resolves when every thread is ready. */
export const openSender = async (options: SenderOptions): Promise<CrashableSender> => {
  const { clock, onCrash = () => {} } = options;
  const settings = { ...defaultSenderSettings, ...options.settings };
  let listener: ((results: readonly SendResult[]) => void) | null = null;
  let onIdle: (() => void) | null = null;
  const inHand = (): number => threads.reduce((sum, thread) => sum + thread.inHand(), 0);

  const onResults = (results: readonly SendResult[]): void => {
    listener?.(results);
    if (onIdle !== null && inHand() === 0) onIdle();
  };

  const count = Math.max(1, options.threads ?? availableParallelism() - 1);
  const threads = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startSenderThread({ settings, clock, onResults, onCrash, name: `carom-sender-${index + 1}` }),
    ),
  );

  return {
    send: (orders) => {
      for (const [thread, share] of sharesOf(orders, threads)) thread.send(share);
    },
    onResults: (given) => {
      listener = given;
    },
    setSecrets: (secrets) => {
      for (const thread of threads) thread.setSecrets(secrets);
    },
    close: async (graceMs) => {
      const idle = Promise.withResolvers<void>();
      const callOff = clock.after(graceMs, idle.resolve);
      onIdle = idle.resolve;
      if (inHand() > 0) await idle.promise;
      callOff();
      await Promise.all(threads.map((thread) => thread.stop()));
    },
    crashThreads: () => {
      for (const thread of threads) thread.crash();
    },
  };
};

export type CrashableSender = Sender & {
  /** Ends every thread as a bug would; for tests. */
  readonly crashThreads: () => void;
};

const sharesOf = (
  orders: readonly SendOrder[],
  threads: readonly SenderThread[],
): ReadonlyMap<SenderThread, readonly SendOrder[]> => {
  const shares = new Map<SenderThread, SendOrder[]>();
  for (const order of orders) {
    const thread = threads[threads.length === 1 ? 0 : hashOf(order.receiverId) % threads.length];
    if (thread === undefined) continue;
    const share = shares.get(thread);
    if (share === undefined) shares.set(thread, [order]);
    else share.push(order);
  }
  return shares;
};

/** FNV-1a over UTF-16 units: spreads, and answers the same in every process. */
const hashOf = (id: ReceiverId): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};
