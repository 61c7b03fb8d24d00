import type { Event } from "#src/core/events/event.ts";
import type { EventId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Arrival, Arrivals } from "#src/engine/deliver/arrivals.ts";
import { type DeliveryState, markDue, returnCredits } from "#src/engine/deliver/delivery-state.ts";
import type { LeasedPostback, ReceiverLine } from "#src/engine/deliver/receiver-line.ts";
import { Fifo } from "#src/engine/fifo.ts";
import { type Acceptance, type Journal, NotAcknowledged } from "#src/ports/journal.ts";
import type { Knowledge } from "#src/ports/knowledge.ts";
import type { RecordBatch, RecordedEvent, RecordReceipt } from "#src/ports/store.ts";
import { type Batch, formBatch, type IntakeRequest } from "./batch.ts";
import { type DecidedBatch, decideBatch, makeNothingYet } from "./decide-batch.ts";
import { draftBatch } from "./draft-batch.ts";
import { KeyLocks } from "./key-locks.ts";
import type { MadePostbacks } from "./make-postbacks.ts";
import { markingDrafts, OnceMarks } from "./once-marks.ts";

/**
 * Accepts: from `append` to the commit that acknowledges. Requests wait in a bounded queue, those
 * that wait together go in one batch, and several batches are in flight at once: while one commits
 * the next is decided. A batch goes
 *
 *   formed → (waits for keys that an earlier batch holds) → looked up → decided → (waits for marks that
 *   another batch holds, looks them up, decides again what was shown before) → recorded → answered
 *
 * and whichever step fails, all its requests are answered `NotAcknowledged` and nothing of it is left.
 */
export class Intake implements Journal {
  readonly #state: DeliveryState;
  readonly #knowledge: Knowledge;
  readonly #locate: ((event: Event) => Event) | null;
  readonly #leaseTokenOf: () => string;
  readonly #arrivals: Arrivals;
  readonly #whenLeased: (leased: LeasedPostback, arrival: Arrival) => void;
  readonly #whenSpilled: (line: ReceiverLine) => void;
  readonly #queue = new Fifo<IntakeRequest>();
  readonly #locks = new KeyLocks();
  readonly #onceMarks: OnceMarks;
  readonly #underWay = new Set<Promise<void>>();
  #pumpIsDue = false;
  #queuedEvents = 0;
  #events = 0;
  #bytes = 0;
  #isDiskFull = false;
  /** By the clock that never goes back; null when the last batch was recorded. */
  #storeFailedAt: number | null = null;

  constructor(given: {
    readonly state: DeliveryState;
    readonly knowledge: Knowledge;
    /** Adds the country of the address; null where there is nothing to tell it. */
    readonly locate: ((event: Event) => Event) | null;
    readonly leaseTokenOf: () => string;
    readonly arrivals: Arrivals;
    /** It is recorded, and may be sent. */
    readonly whenLeased: (leased: LeasedPostback, arrival: Arrival) => void;
    /** Postbacks of this line wait in the store. */
    readonly whenSpilled: (line: ReceiverLine) => void;
  }) {
    this.#state = given.state;
    this.#knowledge = given.knowledge;
    this.#onceMarks = new OnceMarks(given.knowledge);
    this.#locate = given.locate;
    this.#leaseTokenOf = given.leaseTokenOf;
    this.#arrivals = given.arrivals;
    this.#whenLeased = given.whenLeased;
    this.#whenSpilled = given.whenSpilled;
  }

  readonly append = (events: readonly Event[]): Promise<readonly Acceptance[]> => {
    if (events.length === 0) return Promise.resolve([]);
    const bytes = events.reduce((sum, event) => sum + event.source.length, 0);
    const refusal = this.#refusal(events.length, bytes);
    if (refusal !== null) return Promise.reject(this.#notAcknowledged(refusal));
    const taken = this.#locate === null ? events : events.map(this.#locate);
    this.#events += events.length;
    this.#queuedEvents += events.length;
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ events: taken, bytes, resolve, reject });
      this.#wake();
    });
  };

  /** Events taken and not yet durable. */
  get size(): number {
    return this.#events;
  }

  /** Why a request of one event would be refused now, or would likely fail. */
  get refusing(): Exclude<NotAcknowledged["reason"], "undecided"> | null {
    const refusal = this.#refusal(1, 0);
    if (refusal !== null || this.#storeFailedAt === null) return refusal;
    // Told for a while only: who sends nothing to a store that failed would never hear that it is well again.
    const { clock, limits } = this.#state;
    return clock.monotonic() - this.#storeFailedAt < limits.intake.storeFailedMs ? "store_failed" : null;
  }

  setDiskFull(isFull: boolean): void {
    if (this.#isDiskFull === isFull) return;
    this.#isDiskFull = isFull;
    this.#state.observer.refusingChanged?.(isFull ? "disk_full" : null);
  }

  /** Resolves when no batch is in flight that was decided before now. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Refuses what waits, and lets what is in flight resolve. `isStopping` is set before. */
  async stop(): Promise<void> {
    for (const request of this.#queue.drain()) this.#refuse(request, "shutting_down");
    this.#queuedEvents = 0;
    while (this.#underWay.size > 0) await this.settled();
  }

  #refusal(events: number, bytes: number): "queue_full" | "disk_full" | "shutting_down" | null {
    const { queuedEventsMax, queuedBytesMax } = this.#state.limits.intake;
    if (this.#state.isStopping) return "shutting_down";
    if (this.#isDiskFull) return "disk_full";
    const isOver = this.#events + events > queuedEventsMax || this.#bytes + bytes > queuedBytesMax;
    return isOver ? "queue_full" : null;
  }

  #wake(): void {
    if (this.#pumpIsDue) return;
    this.#pumpIsDue = true;
    queueMicrotask(() => this.#pump());
  }

  #pump(): void {
    this.#pumpIsDue = false;
    const { batchesEager, batchEventsEager, batchesInFlightMax } = this.#state.limits.intake;
    while (this.#queue.size > 0 && this.#underWay.size < batchesInFlightMax) {
      if (this.#underWay.size >= batchesEager && this.#queuedEvents < batchEventsEager) return;
      this.#start(this.#takeRequests());
    }
  }

  #takeRequests(): readonly IntakeRequest[] {
    const requests: IntakeRequest[] = [];
    let count = 0;
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      const isFull = count > 0 && count + next.events.length > this.#state.limits.intake.batchEventsMax;
      if (isFull) break;
      this.#queue.shift();
      requests.push(next);
      count += next.events.length;
    }
    this.#queuedEvents -= count;
    return requests;
  }

  #start(requests: readonly IntakeRequest[]): void {
    let free = (): void => {};
    const isFree = new Promise<void>((resolve) => {
      free = resolve;
    });
    const batch = formBatch(requests, { locks: this.#locks, now: this.#state.clock.now(), whenFree: free });
    const underWay = this.#accept(batch, batch.waitsFor === 0 ? null : isFree).finally(() => {
      this.#underWay.delete(underWay);
      this.#wake();
    });
    this.#underWay.add(underWay);
  }

  async #accept(batch: Batch, isFree: Promise<void> | null): Promise<void> {
    const { clock, observer } = this.#state;
    let releaseMarks: (() => void) | null = null;
    try {
      if (isFree !== null) await isFree;
      const startedAt = clock.monotonic();
      const answer = batch.ask === null ? null : await this.#knowledge.lookUp(batch.ask.query);
      const lookedUpAt = clock.monotonic();
      const draft = this.#tryFor(batch, () => draftBatch(batch, answer, this.#state.compiled));
      if (draft === null) return;
      const marking = markingDrafts(draft);
      if (marking.length > 0) releaseMarks = await this.#onceMarks.settle(draft, marking);
      const made = makeNothingYet(this.#state, this.#leaseTokenOf());
      const decided = this.#tryFor(batch, () => decideBatch(draft, { state: this.#state, made }));
      if (decided === null) {
        this.#unmake(made);
        return;
      }
      const receipt = await this.#record(decided);
      const duplicates = this.#answer(batch, decided, receipt);
      observer.batchRecorded?.({
        events: batch.events.length,
        duplicates,
        postbacks: decided.made.leased.length + decided.made.spilledCount,
        spilled: decided.made.spilledCount,
        lookUpMs: lookedUpAt - startedAt,
        recordMs: clock.monotonic() - lookedUpAt,
      });
    } catch (error) {
      this.#storeFailedAt = clock.monotonic();
      observer.faulted?.("accept", error);
      for (const request of batch.requests) this.#refuse(request, "store_failed", error);
    } finally {
      releaseMarks?.();
      this.#locks.release(batch);
    }
  }

  /** Null where it throws: a mistake of ours, which must not take other requests down with the one that meets it. */
  #tryFor<Made>(batch: Batch, make: () => Made): Made | null {
    try {
      return make();
    } catch (error) {
      this.#state.observer.faulted?.("accept", error);
      if (batch.requests.length === 1) for (const request of batch.requests) this.#refuse(request, "undecided", error);
      else for (const request of batch.requests) this.#start([request]);
      return null;
    }
  }

  /** Gives credits back. Whether what spilled is there is not known: the lines must find out before they take from memory again. */
  #unmake(made: MadePostbacks): void {
    for (const { line } of made.leased) returnCredits(this.#state, line, 1);
    this.#spill(made.spilled);
  }

  async #record(decided: DecidedBatch): Promise<RecordReceipt> {
    const arrival = this.#arrivals.expect();
    try {
      const receipt = await this.#write(decided);
      this.#storeFailedAt = null;
      this.#recorded(decided, { receipt, arrival });
      return receipt;
    } finally {
      this.#arrivals.end(arrival);
    }
  }

  async #write({ record, made }: DecidedBatch): Promise<RecordReceipt> {
    try {
      return await this.#state.store.record(record);
    } catch (error) {
      this.#unmake(made);
      throw error;
    }
  }

  /** Gives what was recorded as leased its sequences, and hands it on. */
  #recorded(
    { record, made }: DecidedBatch,
    { receipt, arrival }: { readonly receipt: RecordReceipt; readonly arrival: Arrival },
  ): void {
    let next = 0;
    const take = (recorded: RecordedEvent, sequences: readonly number[] | null): void => {
      for (const [place, postback] of recorded.postbacks.entries()) {
        if (postback.start.kind !== "leased") continue;
        const leased = made.leased[next];
        next += 1;
        invariant(leased !== undefined, "a batch has more leased postbacks than were made");
        const sequence = sequences?.[place];
        if (sequence === undefined) {
          // Somebody else has recorded this event, or decided it anew: the postback is theirs.
          returnCredits(this.#state, leased.line, 1);
          continue;
        }
        leased.sequence = sequence;
        this.#whenLeased(leased, arrival);
      }
    };
    for (const [place, recorded] of record.events.entries()) {
      const outcome = receipt.events[place];
      take(recorded, outcome?.kind === "recorded" ? outcome.sequences : null);
      if (outcome?.kind === "recorded") this.#state.observer.eventRecorded?.(recorded);
    }
    for (const [place, recorded] of record.amendments.entries()) take(recorded, receipt.amendments[place] ?? null);
    this.#spill(made.spilled);
  }

  #spill(lines: ReadonlySet<ReceiverLine>): void {
    for (const line of lines) {
      markDue(this.#state, line, "first");
      this.#whenSpilled(line);
    }
  }

  /** Answers each request; tells how many events were duplicates. */
  #answer(batch: Batch, { places, record }: DecidedBatch, receipt: RecordReceipt): number {
    let place = 0;
    let duplicates = 0;
    for (const request of batch.requests) {
      const acceptances = request.events.map((event): Acceptance => {
        const stands = places[place];
        place += 1;
        invariant(stands !== undefined, `event ${event.id} was not decided with its batch`);
        const acceptance = acceptanceOf(event, stands, { record, receipt });
        if (acceptance.kind === "duplicate") duplicates += 1;
        return acceptance;
      });
      this.#leave(request);
      request.resolve(acceptances);
    }
    return duplicates;
  }

  #refuse(request: IntakeRequest, reason: NotAcknowledged["reason"], cause?: unknown): void {
    this.#leave(request);
    request.reject(this.#notAcknowledged(reason, cause));
  }

  #leave(request: IntakeRequest): void {
    this.#events -= request.events.length;
    this.#bytes -= request.bytes;
  }

  #notAcknowledged(reason: NotAcknowledged["reason"], cause?: unknown): NotAcknowledged {
    return new NotAcknowledged(reason, this.#state.limits.intake.retryAfterS, cause);
  }
}

function acceptanceOf(
  event: Event,
  stands: number | EventId,
  { record, receipt }: { readonly record: RecordBatch; readonly receipt: RecordReceipt },
): Acceptance {
  if (typeof stands === "string") return { kind: "duplicate", id: stands };
  const outcome = receipt.events[stands];
  if (outcome?.kind === "duplicate") return { kind: "duplicate", id: outcome.id };
  return { kind: "accepted", id: event.id, decisions: record.events[stands]?.decisions ?? [] };
}
