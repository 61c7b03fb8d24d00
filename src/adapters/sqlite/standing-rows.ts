import type { StatementSync } from "node:sqlite";
import { integerAt, prepare } from "./columns.ts";
import { type Flat, type FlatReader, readNumber } from "./flat.ts";
import type { StoreState } from "./store-state.ts";

/** What only the store thread knows of postbacks: who has them in hand. */
export class StandingRows {
  readonly #state: StoreState;
  readonly #freePages: StatementSync;
  readonly #pageSize: StatementSync;

  constructor(state: StoreState) {
    this.#state = state;
    this.#freePages = prepare(state.database, "PRAGMA freelist_count");
    this.#pageSize = prepare(state.database, "PRAGMA page_size");
  }

  /** `sequences`; answers for each `1, attempts` where it is leased, else `0, 0`. */
  standing(call: FlatReader, answer: Flat): void {
    for (const sequence of call.list(readNumber)) {
      const lease = this.#state.leases.get(sequence);
      answer.push(lease === undefined ? 0 : 1, lease?.attempts ?? 0);
    }
  }

  /** `before, count`; answers leased sequences below `before`, the newest first. */
  leased(call: FlatReader, answer: Flat): void {
    const before = call.number();
    const sequences: number[] = [];
    for (const [sequence] of this.#state.leases.entries()) if (sequence < before) sequences.push(sequence);
    sequences.sort((one, other) => other - one);
    for (const sequence of sequences.slice(0, call.number())) answer.push(sequence);
  }

  /** Answers the counters as JSON, the leased ones, then for each receiver `receiver, waiting, oldest due`. */
  totals(answer: Flat): void {
    const { tally, leases, lanes } = this.#state;
    answer.push(JSON.stringify(tally.counts), leases.size);
    const byReceiver = new Map<number, { waiting: number; oldest: number | null }>();
    for (const { receiver, waiting: free, cancelled, due } of lanes.lanes()) {
      const waiting = free + cancelled;
      if (waiting === 0) continue;
      const known = byReceiver.get(receiver);
      if (known === undefined) byReceiver.set(receiver, { waiting, oldest: due });
      else {
        known.waiting += waiting;
        if (due !== null && (known.oldest === null || due < known.oldest)) known.oldest = due;
      }
    }
    for (const [receiver, { waiting, oldest }] of byReceiver) answer.push(receiver, waiting, oldest);
  }

  /** Bytes inside the file that will be used again. */
  freeBytes(answer: Flat): void {
    const pages = this.#freePages.get();
    const size = this.#pageSize.get();
    answer.push(pages === undefined || size === undefined ? 0 : integerAt(pages, 0) * integerAt(size, 0));
  }
}
