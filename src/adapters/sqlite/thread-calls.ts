import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Flat, FlatReader } from "./flat.ts";

/** A thread of the storage is gone: whether what was asked of it has been done is not known. */
export class StorageThreadDied extends Error {
  constructor(thread: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `the ${thread} thread of the storage has died (${why}): nothing more can be stored until Carom is started again`,
      { cause },
    );
    this.name = "StorageThreadDied";
  }
}

/** What went wrong with one call: nothing of it was done. */
export class StorageCallFailed extends Error {
  constructor(operation: string, why: string) {
    super(`${operation} failed: ${why}`);
    this.name = "StorageCallFailed";
  }
}

type Waiting = {
  readonly operation: string;
  readonly resolve: (answer: FlatReader) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Calls to one thread. All calls of one turn of the event loop ride in one message; answers come back
 * in batches. When the thread dies, everything outstanding is rejected, and so is all that comes later.
 */
export class ThreadCalls {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #takeNames: () => readonly string[];
  readonly #onDied: (error: StorageThreadDied) => void;
  readonly #waiting = new Map<number, Waiting>();
  /** The message under way: no new names, unless `#flush` finds some. */
  #calls: Flat = [0];
  #lastNumber = 0;
  #failure: Error | null = null;
  readonly #exited: Promise<unknown>;

  constructor(
    worker: Worker,
    given: {
      readonly name: string;
      readonly takeNames?: () => readonly string[];
      /** Called once, where the thread ends without having been told to. */
      readonly onDied?: (error: StorageThreadDied) => void;
    },
  ) {
    this.#worker = worker;
    this.#name = given.name;
    this.#takeNames = given.takeNames ?? noNames;
    this.#onDied = given.onDied ?? (() => {});
    worker.on("message", (message: unknown) => this.#settle(message));
    worker.on("error", (error) => this.#die(error));
    worker.on("exit", (code) => this.#die(new Error(`exit code ${code}`)));
    this.#exited = once(worker, "exit").catch(() => {});
  }

  /** `write` pushes the arguments; the answer is read from where the reader stands. */
  call(
    operation: { readonly name: string; readonly number: number },
    write: (flat: Flat) => void,
  ): Promise<FlatReader> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const calls = this.#calls;
    const before = calls.length;
    const number = ++this.#lastNumber;
    const place = calls.push(number, operation.number, 0);
    try {
      write(calls);
    } catch (error) {
      calls.length = before;
      return Promise.reject(error);
    }
    calls[place - 1] = calls.length - place;
    if (before === 1) queueMicrotask(() => this.#flush());
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { operation: operation.name, resolve, reject });
    });
  }

  /** The thread finishes what it was told, and ends. */
  async close(): Promise<void> {
    this.#flush();
    this.#failure ??= new Error("the storage is closed");
    this.#worker.postMessage("close");
    await this.#exited;
  }

  #flush(): void {
    if (this.#calls.length === 1 || this.#failure !== null) return;
    const names = this.#takeNames();
    if (names.length > 0) this.#calls.splice(0, 1, names.length, ...names);
    this.#worker.postMessage(this.#calls);
    this.#calls = [0];
  }

  #settle(message: unknown): void {
    const reader = new FlatReader(message);
    while (!reader.isAtEnd) {
      const number = reader.number();
      const isFailed = reader.flag();
      const length = reader.number();
      const end = reader.position + length;
      const waiting = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (waiting !== undefined && isFailed) waiting.reject(new StorageCallFailed(waiting.operation, reader.text()));
      else waiting?.resolve(new FlatReader(message, reader.position, end));
      reader.skip(end - reader.position);
    }
  }

  #die(cause: unknown): void {
    const isFirst = this.#failure === null;
    const failure = this.#failure ?? new StorageThreadDied(this.#name, cause);
    this.#failure = failure;
    this.#calls = [0];
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
    if (isFirst && failure instanceof StorageThreadDied) this.#onDied(failure);
  }
}

/** V8 lets it grow to 96 MiB, for which a thread that keeps little takes no less time (decision 0006). */
const maxYoungGenerationSizeMb = 24;

const noNames = (): readonly string[] => [];

/** Starts a thread, and waits for the first thing it says: how it was opened. Its name is what `top -H` shows of it. */
export const startThread = async (
  file: URL,
  { name, ...options }: { readonly name: string; readonly [option: string]: unknown },
): Promise<{ readonly worker: Worker; readonly hello: FlatReader }> => {
  const resourceLimits = { maxYoungGenerationSizeMb };
  const worker = new Worker(file, { workerData: options, name, resourceLimits });
  const [hello] = await once(worker, "message");
  return { worker, hello: new FlatReader(hello) };
};
