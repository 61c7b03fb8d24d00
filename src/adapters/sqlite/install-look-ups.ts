import { invariant } from "#src/core/invariant.ts";
import type { KnowledgeQuery } from "#src/ports/knowledge.ts";
import type { Finder, FoundInstalls } from "./finder-client.ts";

type Installs = KnowledgeQuery["installs"];

/** A disk gives three times as many pages to four that ask at once as to one. */
const findersMax = 4;
/** Of this share on that was slow, look-ups wait for the disk. */
const slowShareMax = 1 / 8;
/** The share is of about so many. The first two hundred of a process are slow, too. */
const lookUpsAveraged = 4_000;
/** Fewer are not worth a message of their own. */
const sliceMin = 4;

/**
 * Who looks install records up. The store thread does, while its look-ups are quick: nobody does it with less. Where
 * they wait for the disk, page after page, everything else of the store waits behind them; then finders look
 * them up beside each other (decision 0017). Both see whatever was committed before they were asked.
 */
export class InstallLookUps {
  readonly #startFinder: () => Promise<Finder>;
  #slowShare = 0;
  #starting: Promise<void> | null = null;
  #finders: readonly Finder[] = [];
  #next = 0;

  constructor(startFinder: () => Promise<Finder>) {
    this.#startFinder = startFinder;
  }

  /** Null where the store thread is to be asked. */
  find(installs: Installs): Promise<FoundInstalls> | null {
    if (installs.length === 0 || this.#slowShare < slowShareMax) return null;
    this.#starting ??= this.#start();
    return this.#finders.length === 0 ? null : this.#findBeside(installs);
  }

  /** How many of so many look-ups were slow, whoever did them. */
  told(count: number, slow: number): void {
    if (count === 0) return;
    this.#slowShare += (slow / count - this.#slowShare) * Math.min(1, count / lookUpsAveraged);
  }

  async close(): Promise<void> {
    await this.#starting;
    await Promise.all(this.#finders.map((finder) => finder.close()));
  }

  /** Where none can be started, the store thread goes on as it did. */
  async #start(): Promise<void> {
    const started = await Promise.allSettled(Array.from({ length: findersMax }, this.#startFinder));
    this.#finders = started.flatMap((finder) => (finder.status === "fulfilled" ? [finder.value] : []));
  }

  async #findBeside(installs: Installs): Promise<FoundInstalls> {
    const size = Math.max(sliceMin, Math.ceil(installs.length / this.#finders.length));
    const slices: Promise<FoundInstalls>[] = [];
    for (let from = 0; from < installs.length; from += size) {
      slices.push(this.#takeFinder().find(installs.slice(from, from + size)));
    }
    const found = await Promise.all(slices);
    return { records: found.flatMap(({ records }) => records), slow: found.reduce((sum, { slow }) => sum + slow, 0) };
  }

  #takeFinder(): Finder {
    this.#next = (this.#next + 1) % this.#finders.length;
    const finder = this.#finders[this.#next];
    invariant(finder !== undefined, "finders are there");
    return finder;
  }
}
