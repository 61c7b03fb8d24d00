import { Worker } from "node:worker_threads";
import { type Flat, pushList } from "./flat.ts";

/** A disk answers several reads in the time of one; the reader itself waits for one at a time. */
const threads = 3;
/** Events that are read ahead at a time, of a page of fifty. */
const eventsAhead = 32;
/** What is in memory is read in a third of it, and a page from a disk takes as long at least. */
const slowMs = 0.5;
const maxYoungGenerationSizeMb = 4;

export type AheadReader = {
  /** Events that will be asked for next, in their order. */
  readonly read: (events: readonly number[]) => void;
};

/**
 * Hands events on in their order. As soon as whoever takes them was as slow with one as somebody is who waits for the
 * disk, those after it are read ahead; where everything is in memory, nobody is asked.
 */
export function* inTurn(
  events: Iterable<number>,
  ahead: AheadReader,
  now = (): number => performance.now(),
): Generator<number> {
  const iterator = events[Symbol.iterator]();
  let soon: number[] = [];
  for (let event = next(iterator); event !== null; event = soon.shift() ?? next(iterator)) {
    const startedAt = now();
    yield event;
    if (soon.length > 0 || now() - startedAt < slowMs) continue;
    soon = taken(iterator, eventsAhead);
    // The first of them is read at once by whoever takes it.
    if (soon.length > 1) ahead.read(soon.slice(1));
  }
}

const next = (iterator: Iterator<number>): number | null => {
  const { done, value } = iterator.next();
  return done === true ? null : value;
};

const taken = (iterator: Iterator<number>, count: number): number[] => {
  const some: number[] = [];
  for (let event = next(iterator); event !== null; event = some.length < count ? next(iterator) : null)
    some.push(event);
  return some;
};

/** Threads that read ahead, from the first time that it helps. One that failed is not asked again: it only helped. */
export class ReadAhead implements AheadReader {
  readonly #folder: string;
  #workers: Worker[] | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Threads that are left; none before the first time. */
  get size(): number {
    return this.#workers?.length ?? 0;
  }

  read(events: readonly number[]): void {
    this.#workers ??= Array.from({ length: threads }, () => this.#start());
    this.#workers.forEach((worker, index) => {
      const own: Flat = [];
      pushList(
        own,
        events.filter((_, place) => place % threads === index),
      );
      worker.postMessage(own);
    });
  }

  async close(): Promise<void> {
    const workers = this.#workers ?? [];
    this.#workers = [];
    const ended = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    for (const worker of workers) worker.postMessage("close");
    await Promise.all(ended);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./ahead-thread.ts", import.meta.url), {
      name: "carom-ahead",
      workerData: { folder: this.#folder },
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    worker.on("error", () => {
      this.#workers = this.#workers?.filter((other) => other !== worker) ?? null;
    });
    return worker;
  }
}
