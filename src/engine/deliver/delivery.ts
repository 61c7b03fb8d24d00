import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { PostbackId, ReceiverId } from "#src/core/ids.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import { type Loop, startLoop } from "#src/engine/loop.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Store } from "#src/ports/store.ts";
import { type Arrival, Arrivals } from "./arrivals.ts";
import { ClaimRoom } from "./claims.ts";
import { type DeliveryState, dropIdleLines, lineOf, markDue, refreshLine } from "./delivery-state.ts";
import { HandOverRoom } from "./hand-over.ts";
import { LeaseKeeper, lostLease } from "./lease-keeper.ts";
import { OutcomeRoom } from "./outcomes.ts";
import { Parking } from "./parking.ts";
import type { LeasedPostback, ReceiverLine } from "./receiver-line.ts";
import { Settler } from "./settler.ts";
import { openTokenBucket } from "./token-bucket.ts";

type Cancel = Parameters<Store["cancel"]>[0];

function isIn(which: Cancel["which"]): (leased: LeasedPostback) => boolean {
  if ("receiverId" in which) return ({ line }) => line.id === which.receiverId;
  const chosen = new Set(which.postbackIds);
  return ({ postback }) => chosen.has(postback.id);
}

/**
 * Delivery, wired: a leased postback goes from a line to the sender (`hand-over`), what is heard is
 * judged (`outcomes`) and written (`settler`); what waits in the store is fetched (`claims`), leases
 * are kept and given back (`lease-keeper`).
 */
export class Delivery {
  readonly state: DeliveryState;
  readonly arrivals: Arrivals;
  readonly #sender: Sender;
  readonly #parking: Parking;
  readonly #leases: LeaseKeeper;
  readonly #settler: Settler;
  readonly #handOver: HandOverRoom;
  readonly #claims: ClaimRoom;
  #looks: Loop | null = null;

  constructor(given: { readonly state: DeliveryState; readonly sender: Sender; readonly leaseTokenOf: () => string }) {
    const { state, sender, leaseTokenOf } = given;
    const wake = (line: ReceiverLine): void => this.wake(line);
    const park = (line: ReceiverLine, delayMs: number): void => this.#parking.park(line, delayMs);
    this.state = state;
    this.#sender = sender;
    this.#parking = new Parking({ clock: state.clock, wake });
    this.arrivals = new Arrivals({ giveBack: (leased) => this.#leases.giveBack(leased) });
    this.#leases = new LeaseKeeper({
      state,
      arrivals: this.arrivals,
      whenRenewed: (leased) => this.#handOver.queue(leased),
      whenGivenBack: (line) => this.#claims.consider(line),
    });
    this.#settler = new Settler({
      state,
      whenSettled: (leased, { next }) => {
        if (next.state === "pending") this.#looks?.wakeWithin(Math.max(0, next.dueAt - state.clock.now()));
        // It may have stood back for outcomes that were not durable.
        this.#handOver.settled(leased.line);
        this.#claims.consider(leased.line);
      },
      whenUnblocked: () => {
        this.#handOver.readyAll();
        this.#claims.considerAll();
      },
    });
    this.#handOver = new HandOverRoom({
      state,
      sender,
      settler: this.#settler,
      leases: this.#leases,
      park,
      whenLow: (line) => this.#claims.consider(line),
    });
    this.#claims = new ClaimRoom({
      state,
      arrivals: this.arrivals,
      handOver: this.#handOver,
      settler: this.#settler,
      park,
      leaseTokenOf,
    });
    const outcomes = new OutcomeRoom({ state, handOver: this.#handOver, settler: this.#settler, wake });
    sender.onResults((results) => outcomes.take(results));
  }

  /** Finds what has waited since before the start, and looks again as it falls due. */
  async start(): Promise<void> {
    const { clock, limits, observer } = this.state;
    const { pollIntervalMs } = limits.delivery;
    this.#looks = startLoop({
      clock,
      firstAfterMs: await this.#claims.look(),
      tick: () => this.#claims.look(),
      afterFaultMs: pollIntervalMs,
      onFault: (error) => observer.faulted?.("claim", error),
    });
  }

  /** Takes a postback that has just been recorded as leased. */
  readonly takeFresh = (leased: LeasedPostback, arrival: Arrival): void => {
    if (this.arrivals.admits(arrival, leased)) this.#handOver.queue(leased);
  };

  /** The line may have more to do, or less, than before: look. */
  wake(line: ReceiverLine): void {
    this.#handOver.ready(line);
    this.#claims.consider(line);
  }

  /** Takes over a new catalog or new pauses. */
  refresh(change: { readonly compiled?: CompiledCatalog; readonly pausedKeys?: ReadonlySet<string> }): void {
    const { state } = this;
    if (change.compiled !== undefined) state.compiled = change.compiled;
    if (change.pausedKeys !== undefined) state.pausedKeys = change.pausedKeys;
    for (const line of state.lines.values()) {
      refreshLine(state, line);
      if (line.inHand > 0 || state.dueLines.has(line)) this.wake(line);
    }
  }

  /** What waits for these receivers now goes at this rate, each. */
  drainAt(ratePerSecond: number, waiting: ReadonlyMap<ReceiverId, number>): void {
    for (const [receiverId, left] of waiting) {
      if (left === 0) continue;
      const line = lineOf(this.state, receiverId);
      const { clock } = this.state;
      line.drain = { rate: openTokenBucket(ratePerSecond, clock.monotonic()), left, resumedAt: clock.now() };
    }
  }

  /**
   * Cancels what waits, in the store and in memory. What is queued in memory is taken out first, so
   * that it is not handed over meanwhile, and given back when the store knows that it is cancelled; so
   * is what comes from calls that were under way.
   */
  async cancel(cancel: Cancel): Promise<number> {
    const isChosen = isIn(cancel.which);
    const queued = this.#handOver.takeQueued(isChosen);
    return this.arrivals.cancel({ isChosen, queued }, () => this.state.store.cancel(cancel));
  }

  /**
   * Gives new requests to what waits, in the store and in memory; what is with the sender keeps its own.
   * What is queued in memory is taken out first, so that no old request is handed over meanwhile, and
   * given back afterwards: its next claim has the new one.
   */
  async rerender(requests: ReadonlyMap<PostbackId, RenderedRequest>): Promise<readonly PostbackId[]> {
    const queued = this.#handOver.takeQueued(({ postback }) => requests.has(postback.id));
    const tokens = new Map(queued.map(({ postback, leaseToken }) => [postback.id, leaseToken]));
    const versions = [...requests].map(([postbackId, request]) => {
      return { postbackId, request, leaseToken: tokens.get(postbackId) ?? null };
    });
    try {
      return await this.state.store.rerender({ versions, at: this.state.clock.now() });
    } finally {
      await this.#leases.giveBack(queued);
    }
  }

  /** A postback has just come to wait in the store, due at once. */
  takeWaiting(receiverId: ReceiverId): void {
    const line = lineOf(this.state, receiverId);
    markDue(this.state, line, "first");
    this.#claims.consider(line);
  }

  /** Keeps the leases of everything in memory, and turns those that ended into waiting postbacks. */
  async tickLeases(): Promise<void> {
    const { store, clock, observer } = this.state;
    dropIdleLines(this.state);
    const standing = this.#handOver.wakeStanding();
    if (standing > 0) observer.faulted?.("hand_over", new Error(`${standing} receivers stood still and were woken`));
    await this.#leases.giveBackOwed();
    const isRenewed = await this.#leases.renewHalfSpent(this.#inHand());
    // What is with a sender, or was heard and is not written yet, must not come to wait again: not where
    // its lease could not be renewed, nor while its outcome cannot be written, which may have begun just now.
    if (this.state.isSettlingBlocked || !isRenewed) return;
    const endedBefore = this.state.leaseNow();
    // What was renewed may have taken so long that others have ended meanwhile: they are renewed by the next tick.
    for (const { leaseUntil } of this.#inHand()) if (leaseUntil !== lostLease && leaseUntil < endedBefore) return;
    const expired = await store.expireLeases({ endedBefore, dueAt: clock.now() });
    if (expired > 0) this.#looks?.wakeWithin(0);
  }

  /** A look at what is due, soon: something has come to wait that no line knows of. */
  lookSoon(): void {
    this.#looks?.wakeWithin(0);
  }

  *#inHand(): Iterable<LeasedPostback> {
    yield* this.#handOver.waiting();
    yield* this.#handOver.tickets.values();
    yield* this.#settler.unsettled();
    yield* this.#leases.owedBack();
    yield* this.arrivals.aside();
  }

  /** Hands nothing more over, waits for what is in flight, writes what was heard and gives the rest back. `isStopping` is set before. */
  async stop(graceMs: number): Promise<void> {
    await this.#looks?.stop();
    this.#parking.stop();
    // What is being fetched or renewed comes back to the queues, and is given back with them.
    await Promise.all([this.#claims.finish(), this.#leases.finish()]);
    const givenBack = this.#leases.giveBack(this.#handOver.drainAll());
    await this.#sender.close(graceMs);
    await givenBack;
    await this.#settler.finish();
    // Cut off: whether they were heard is not known, so they are owed still.
    await this.#leases.giveBack([...this.#handOver.tickets.values()]);
    await this.#leases.giveBackOwed();
    await this.#leases.finish();
  }
}
