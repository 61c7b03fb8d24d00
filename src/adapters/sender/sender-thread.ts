import { Worker } from "node:worker_threads";
import type { Exchange } from "#src/core/attempt.ts";
import type { SecretName } from "#src/core/ids.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { SendOrder, SendResult } from "#src/ports/sender.ts";
import { addOrder, decodeFromThread, encodeSecrets, type Flat, newOrders } from "./message-codec.ts";
import { monotonicMs } from "./monotonic-time.ts";
import type { SenderSettings } from "./sender-settings.ts";

/**
 * One thread with what is in its hands. When it ends without being told to, everything in its hands
 * is answered `sender_crashed`, and after a pause another one takes its place; orders that come
 * meanwhile wait for it.
 */
export type SenderThread = {
  readonly send: (orders: readonly SendOrder[]) => void;
  readonly setSecrets: (secrets: ReadonlyMap<SecretName, string>) => void;
  readonly inHand: () => number;
  /** Ends the thread as a crash does; for tests. */
  readonly crash: () => void;
  readonly stop: () => Promise<void>;
};

export type SenderThreadOptions = {
  readonly settings: SenderSettings;
  readonly clock: Clock;
  readonly onResults: (results: readonly SendResult[]) => void;
  readonly name: string;
  /** Told the error that a thread died of, or null where it left none. */
  readonly onCrash: (error: Error | null) => void;
};

/** Resolves when the thread is ready for orders, rejects when it does not come up. */
export const startSenderThread = (options: SenderThreadOptions): Promise<SenderThread> =>
  new Promise((resolve, reject) => {
    const thread = new RestartingThread(options);
    thread.start({ onReady: () => resolve(thread), onStartFailed: reject });
  });

const pauseMinMs = 50;
/** Orders that wait for a thread must still be answered within a second of their deadline. */
const pauseMaxMs = 800;
/** A thread that lived so long has not died of its start. */
const soundAfterMs = 10_000;

type Held = { readonly startedAt: number; readonly handedOverAt: number };

class RestartingThread implements SenderThread {
  readonly #options: SenderThreadOptions;
  readonly #inHand = new Map<number, Held>();
  #worker: Worker | null = null;
  #secrets: Flat | null = null;
  /** Messages that wait for the next thread. */
  #waiting: Flat[] = [];
  #pauseMs = pauseMinMs;
  #isStopped = false;

  constructor(options: SenderThreadOptions) {
    this.#options = options;
  }

  start(first?: { readonly onReady: () => void; readonly onStartFailed: (error: Error) => void }): void {
    const { settings, name } = this.#options;
    const worker = new Worker(new URL("./sender-thread-main.ts", import.meta.url), { workerData: settings, name });
    const startedAt = monotonicMs();
    let isReady = false;
    let lastError: Error | null = null;
    worker.on("message", (message: unknown) => {
      const told = decodeFromThread(message);
      switch (told.kind) {
        case "ready":
          isReady = true;
          first?.onReady();
          break;
        case "results":
          this.#deliver(told.results);
          break;
      }
    });
    worker.on("error", (error: Error) => {
      lastError = error;
    });
    worker.on("exit", () => {
      if (this.#isStopped) return;
      if (first !== undefined && !isReady) {
        this.#isStopped = true;
        first.onStartFailed(new Error("a sender thread did not start", { cause: lastError }));
        return;
      }
      if (monotonicMs() - startedAt > soundAfterMs) this.#pauseMs = pauseMinMs;
      this.#crashed(lastError);
    });
    this.#worker = worker;
    if (this.#secrets !== null) worker.postMessage(this.#secrets);
    for (const message of this.#waiting.splice(0)) worker.postMessage(message);
  }

  send(orders: readonly SendOrder[]): void {
    const startedAt = this.#options.clock.now();
    const handedOverAt = monotonicMs();
    const message = newOrders(handedOverAt);
    for (const order of orders) {
      this.#inHand.set(order.ticket, { startedAt, handedOverAt });
      addOrder(message, order, startedAt);
    }
    this.#post(message);
  }

  setSecrets(secrets: ReadonlyMap<SecretName, string>): void {
    this.#secrets = encodeSecrets(secrets);
    // A thread that is yet to start is told when it does, before any order.
    this.#worker?.postMessage(this.#secrets);
  }

  inHand(): number {
    return this.#inHand.size;
  }

  crash(): void {
    // Told as a bug would tell it: by its end.
    void this.#worker?.terminate();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#inHand.clear();
    await this.#worker?.terminate();
  }

  #post(message: Flat): void {
    if (this.#worker === null) this.#waiting.push(message);
    else this.#worker.postMessage(message);
  }

  #deliver(results: readonly SendResult[]): void {
    if (this.#isStopped) return;
    for (const result of results) this.#inHand.delete(result.ticket);
    this.#options.onResults(results);
  }

  #crashed(error: Error | null): void {
    this.#worker = null;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMaxMs, pauseMs * 2);
    this.#options.clock.after(pauseMs, () => {
      if (!this.#isStopped) this.start();
    });
    this.#options.onCrash(error);
    const now = monotonicMs();
    const lost = [...this.#inHand].map(([ticket, held]) => ({ ticket, exchange: lostExchange(held, now) }));
    if (lost.length > 0) this.#deliver(lost);
  }
}

const lostExchange = (held: Held, now: number): Exchange => ({
  startedAt: held.startedAt,
  durationMs: Math.round((now - held.handedOverAt) * 1000) / 1000,
  phases: { lookupMs: null, connectMs: null, firstByteMs: null },
  answer: { kind: "fault", fault: "sender_crashed", message: "the sender's thread ended while it held this" },
  remoteAddress: null,
});
