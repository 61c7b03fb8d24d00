import type { EndedPostback } from "./endings.ts";
import type { OwedRange } from "./owed-ranges.ts";

/**
 * A postback in somebody's hands. Never written: one process owns the folder, so after a crash
 * whatever was leased simply waits again. Replaced, not changed, so that a commit that fails can go back.
 */
export type Lease = {
  readonly token: string;
  readonly until: number;
  readonly receiver: number;
  readonly lane: number;
  readonly since: number;
  readonly attempts: number;
  readonly spent: number;
  readonly strikes: number;
  readonly expiresAt: number | null;
  /** What its end will be counted by. */
  readonly of: EndedPostback;
  /** The commit that owes it, while it has no live row. */
  readonly owed: OwedRange | null;
};

/** Leases by postback, with the way back to the last commit. */
export class Leases {
  readonly #bySequence = new Map<number, Lease>();
  readonly #changed: number[] = [];
  readonly #before: (Lease | undefined)[] = [];
  /** No lease ends before this: most looks at expiry need not walk the table. */
  #earliestUntil = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#bySequence.size;
  }

  get(sequence: number): Lease | undefined {
    return this.#bySequence.get(sequence);
  }

  has(sequence: number): boolean {
    return this.#bySequence.has(sequence);
  }

  set(sequence: number, lease: Lease): void {
    this.#remember(sequence, this.#bySequence.get(sequence));
    this.#bySequence.set(sequence, lease);
    if (lease.until < this.#earliestUntil) this.#earliestUntil = lease.until;
  }

  remove(sequence: number, lease: Lease): void {
    this.#remember(sequence, lease);
    this.#bySequence.delete(sequence);
  }

  entries(): IterableIterator<[number, Lease]> {
    return this.#bySequence.entries();
  }

  endedBefore(now: number): [number, Lease][] {
    if (now <= this.#earliestUntil) return [];
    const ended: [number, Lease][] = [];
    let earliest = Number.POSITIVE_INFINITY;
    for (const entry of this.#bySequence) {
      const { until } = entry[1];
      if (until < now) ended.push(entry);
      else if (until < earliest) earliest = until;
    }
    // Kept as a lower bound: if this commit fails, the ended ones are found again.
    if (ended.length === 0) this.#earliestUntil = earliest;
    return ended;
  }

  committed(): void {
    this.#changed.length = 0;
    this.#before.length = 0;
  }

  rolledBack(): void {
    for (let index = this.#changed.length - 1; index >= 0; index -= 1) {
      const sequence = this.#changed[index] ?? 0;
      const lease = this.#before[index];
      if (lease === undefined) this.#bySequence.delete(sequence);
      else this.#bySequence.set(sequence, lease);
    }
    this.committed();
  }

  #remember(sequence: number, before: Lease | undefined): void {
    this.#changed.push(sequence);
    this.#before.push(before);
  }
}
