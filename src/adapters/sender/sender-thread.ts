import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Exchange } from "#src/core/postbacks/attempt.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { OpenedSecrets, SendOrder, SendResult } from "#src/ports/sender.ts";
import { addOrder, decodeFromThread, encodeSecrets, type Flat, newOrders } from "./message-codec.ts";
import { monotonicMs } from "./monotonic-time.ts";
import type { SenderSettings } from "./sender-settings.ts";
import { type SilenceWatch, silenceWatch } from "./silence-watch.ts";

/**
 * One thread with what is in its hands. When it ends without being told to, everything in its hands
 * is answered `sender_crashed`, and after a pause another one takes its place; orders that come
 * meanwhile wait for it.
 */
export type SenderThread = {
  readonly send: (orders: readonly SendOrder[]) => void;
  readonly setSecrets: (secrets: OpenedSecrets) => void;
  readonly inHand: () => number;
  /** Ends the thread as a crash does. */
  readonly crash: () => void;
  readonly stop: () => Promise<void>;
};

/** What a thread is given to begin with. */
export type SenderThreadData = {
  readonly settings: SenderSettings;
  /** Of the process, where it has one. */
  readonly compileCacheFolder: string | null;
};

export type SenderThreadOptions = {
  readonly settings: SenderSettings;
  readonly clock: Clock;
  readonly onResults: (results: readonly SendResult[]) => void;
  readonly name: string;
  /** What the thread runs; tests put in programs that fail. */
  readonly program?: URL;
  /** Told the error that a thread died of, or null where it left none. */
  readonly onCrash: (error: Error | null) => void;
};

/** Resolves when the thread is ready for orders, rejects when it does not come up. */
export const startSenderThread = (options: SenderThreadOptions): Promise<SenderThread> =>
  new Promise((resolve, reject) => {
    const thread = new RestartingThread(options);
    thread.start({ onReady: () => resolve(thread), onStartFailed: reject });
  });

const senderThreadEntry = new URL("./sender-thread-entry.ts", import.meta.url);

/** V8 lets it grow to 96 MiB, for which a thread that keeps little takes no less time (decision 0006). */
const maxYoungGenerationSizeMb = 24;

const pauseMinMs = 50;
/** Orders that wait for a thread must still be answered within a second of their deadline. */
const pauseMaxMs = 800;
/** A thread that lived so long has not died of its start. */
const soundAfterMs = 10_000;

/** `dueAt` is by the clock of main, `handedOverAt` by the one that both threads share. */
type Held = { readonly startedAt: number; readonly handedOverAt: number; readonly dueAt: number };

class RestartingThread implements SenderThread {
  readonly #options: SenderThreadOptions;
  readonly #inHand = new Map<number, Held>();
  #worker: Worker | null = null;
  #secrets: Flat | null = null;
  /** Messages that wait for the next thread. */
  #waiting: Flat[] = [];
  #pauseMs = pauseMinMs;
  #isStopped = false;
  /** Why the thread ends, where this one has seen to it. */
  #endedFor: Error | null = null;
  readonly #silence: SilenceWatch;

  constructor(options: SenderThreadOptions) {
    this.#options = options;
    this.#silence = silenceWatch({
      clock: options.clock,
      oldestDueAt: () => this.#inHand.values().next().value?.dueAt ?? null,
      onSilence: () => this.#end(new Error("a sender thread stopped answering")),
    });
  }

  start(first?: { readonly onReady: () => void; readonly onStartFailed: (error: Error) => void }): void {
    const { settings, name, program = senderThreadEntry } = this.#options;
    const cacheFolder = getCompileCacheDir();
    const workerData: SenderThreadData = {
      settings,
      compileCacheFolder: cacheFolder === undefined ? null : dirname(cacheFolder),
    };
    const worker = new Worker(program, { workerData, name, resourceLimits: { maxYoungGenerationSizeMb } });
    const startedAt = monotonicMs();
    let isReady = false;
    this.#endedFor = null;
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
      this.#endedFor = error;
    });
    worker.on("exit", () => {
      if (this.#isStopped) return;
      if (first !== undefined && !isReady) {
        this.#isStopped = true;
        first.onStartFailed(new Error("a sender thread did not start", { cause: this.#endedFor }));
        return;
      }
      if (monotonicMs() - startedAt > soundAfterMs) this.#pauseMs = pauseMinMs;
      this.#crashed();
    });
    this.#worker = worker;
    if (this.#secrets !== null) worker.postMessage(this.#secrets);
    for (const message of this.#waiting.splice(0)) worker.postMessage(message);
  }

  send(orders: readonly SendOrder[]): void {
    const startedAt = this.#options.clock.now();
    const handedOverAt = monotonicMs();
    const now = this.#options.clock.monotonic();
    const message = newOrders(handedOverAt);
    for (const order of orders) {
      this.#inHand.set(order.ticket, { startedAt, handedOverAt, dueAt: now + order.timeoutMs });
      addOrder(message, order, startedAt);
    }
    this.#post(message);
    this.#silence.handed();
  }

  setSecrets(secrets: OpenedSecrets): void {
    this.#secrets = encodeSecrets(secrets);
    // A thread that is yet to start is told when it does, before any order.
    this.#worker?.postMessage(this.#secrets);
  }

  inHand(): number {
    return this.#inHand.size;
  }

  crash(): void {
    this.#end(null);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#silence.stop();
    this.#inHand.clear();
    await this.#worker?.terminate();
  }

  /** Its end is heard of as any other is. */
  #end(reason: Error | null): void {
    this.#endedFor = reason;
    void this.#worker?.terminate();
  }

  #post(message: Flat): void {
    if (this.#worker === null) this.#waiting.push(message);
    else this.#worker.postMessage(message);
  }

  #deliver(results: readonly SendResult[]): void {
    if (this.#isStopped) return;
    this.#silence.heard();
    this.#options.onResults(results.filter((result) => this.#inHand.delete(result.ticket)));
  }

  #crashed(): void {
    this.#worker = null;
    this.#silence.stop();
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMaxMs, pauseMs * 2);
    this.#options.clock.after(pauseMs, () => {
      if (!this.#isStopped) this.start();
    });
    this.#options.onCrash(this.#endedFor);
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
