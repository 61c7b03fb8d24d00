import type { Lane } from "#src/core/postbacks/postback.ts";
import { Fifo } from "#src/engine/fifo.ts";
import type { OwedPostback } from "#src/ports/store.ts";
import type { Arrival, Arrivals } from "./arrivals.ts";
import { clearDue, creditsLeft, type DeliveryState, lineOf, markDue, returnCredits } from "./delivery-state.ts";
import type { HandOverRoom } from "./hand-over.ts";
import {
  breakersAllow,
  holdOf,
  isBreakerClosed,
  type LeasedPostback,
  laneOf,
  queuedOn,
  type ReceiverLine,
} from "./receiver-line.ts";
import { endingOf } from "./settlement.ts";
import type { Settler } from "./settler.ts";

/**
 * Fetches what waits in the store: for each receiver no more than it can start soon, and nothing for
 * one that is held. A look at the store (`look`) finds the receivers that have something due; from
 * then on a line asks for more by itself, until a claim brings less than it asked for.
 */
export class ClaimRoom {
  readonly #state: DeliveryState;
  readonly #arrivals: Arrivals;
  readonly #handOver: HandOverRoom;
  readonly #settler: Settler;
  readonly #park: (line: ReceiverLine, delayMs: number) => void;
  readonly #leaseTokenOf: () => string;
  readonly #queue = new Fifo<ReceiverLine>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(given: {
    readonly state: DeliveryState;
    readonly arrivals: Arrivals;
    readonly handOver: HandOverRoom;
    readonly settler: Settler;
    readonly park: (line: ReceiverLine, delayMs: number) => void;
    readonly leaseTokenOf: () => string;
  }) {
    this.#state = given.state;
    this.#arrivals = given.arrivals;
    this.#handOver = given.handOver;
    this.#settler = given.settler;
    this.#park = given.park;
    this.#leaseTokenOf = given.leaseTokenOf;
  }

  /** Has more fetched for the line, if there is more and it can use it. Lines take turns. */
  consider(line: ReceiverLine): void {
    if (line.isClaimQueued || !(line.first.isDue || line.retry.isDue)) return;
    line.isClaimQueued = true;
    this.#queue.push(line);
    this.#pump();
  }

  considerAll(): void {
    for (const line of this.#state.dueLines) this.consider(line);
  }

  /** Resolves when no claim is under way; while stopping, none follows. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Finds receivers with something due. Answers the milliseconds until the next look. */
  async look(): Promise<number> {
    const { store, clock, limits } = this.#state;
    const { pollIntervalMs, receiversDueMax } = limits.delivery;
    if (!this.#mayClaim()) return pollIntervalMs;
    const now = clock.now();
    const due = await store.receiversDue({ now, limit: receiversDueMax, except: this.#known() });
    for (const { receiverId, lane } of due) {
      const line = lineOf(this.#state, receiverId);
      if (!laneOf(line, lane).isDue) markDue(this.#state, line, lane);
      if (lane === "first") line.isSpilled = true;
    }
    this.considerAll();
    const next = await store.nextDueAt(now);
    if (next === null) return pollIntervalMs;
    return Math.min(pollIntervalMs, Math.max(1, next - clock.now()));
  }

  /** Receivers that need not be named again: nothing of them may go, or both of their lanes are known. */
  #known(): readonly ReceiverLine["id"][] {
    const at = this.#state.clock.monotonic();
    const known: ReceiverLine["id"][] = [];
    for (const line of this.#state.dueLines) {
      if ((line.first.isDue && line.retry.isDue) || holdOf(line, at) !== null) known.push(line.id);
    }
    return known;
  }

  #mayClaim(): boolean {
    return !this.#state.isSettlingBlocked && !this.#state.isStopping;
  }

  #pump(): void {
    while (this.#underWay.size < this.#state.limits.delivery.claimsInFlightMax) {
      const line = this.#queue.shift();
      if (line === undefined) return;
      line.isClaimQueued = false;
      if (this.#mayClaim()) this.#claimFor(line);
    }
  }

  #claimFor(line: ReceiverLine): void {
    const { clock } = this.#state;
    const at = clock.monotonic();
    const hold = holdOf(line, at);
    if (hold === "breaker_open") this.#parkUntilProbe(line, at);
    if (hold !== null) return;
    if (!isBreakerClosed(line)) {
      this.#claimBehindBreaker(line, at);
      return;
    }
    this.#claimLane(line, "first", this.#room(line, "first"));
    this.#claimLane(line, "retry", this.#room(line, "retry"));
  }

  #parkUntilProbe(line: ReceiverLine, at: number): void {
    const until = Math.max(
      line.breaker.state === "open" ? line.breaker.openUntil : 0,
      line.host?.breaker.state === "open" ? line.host.breaker.openUntil : 0,
    );
    // A probe that is under way wakes the line when it is heard.
    if (until > at) this.#park(line, until - at);
  }

  /** No more than the breakers let go, and from one lane at a time: the other has the next turn. */
  #claimBehindBreaker(line: ReceiverLine, at: number): void {
    if (line.first.isClaiming || line.retry.isClaiming) return;
    const other: Lane = line.probedLane === "first" ? "retry" : "first";
    const lane = laneOf(line, other).isDue ? other : line.probedLane;
    const room = Math.min(breakersAllow(line, at) - queuedOn(line), this.#room(line, lane));
    if (room <= 0 || !laneOf(line, lane).isDue) return;
    line.probedLane = lane;
    if (line.host?.breaker.state === "open") line.host.probeLine = line;
    this.#claimLane(line, lane, room);
  }

  /** How many the line could start soon: twice what may be under way, asked for when half of that is gone. */
  #room(line: ReceiverLine, lane: Lane): number {
    const { receiver } = line;
    const { claimCountMax } = this.#state.limits.delivery;
    if (receiver === null) return 0;
    const ahead = Math.min(2 * receiver.limits.inFlightMax, claimCountMax);
    const queued = laneOf(line, lane).queue.size;
    if (queued > ahead / 2) return 0;
    const perSecond = Math.min(line.rate?.perSecond ?? ahead, line.drain?.rate.perSecond ?? ahead);
    return Math.min(Math.max(1, Math.ceil(Math.min(ahead, perSecond))) - queued, creditsLeft(this.#state, line));
  }

  #claimLane(line: ReceiverLine, lane: Lane, count: number): void {
    const laneLine = laneOf(line, lane);
    if (!laneLine.isDue || laneLine.isClaiming || count <= 0) return;
    laneLine.isClaiming = true;
    line.inHand += count;
    this.#state.inHand += count;
    const claim = this.#claim(line, lane, count).then(() => {
      this.#underWay.delete(claim);
      this.#pump();
    });
    this.#underWay.add(claim);
  }

  async #claim(line: ReceiverLine, lane: Lane, count: number): Promise<void> {
    const { store, clock, limits, observer } = this.#state;
    const laneLine = laneOf(line, lane);
    const { generation } = laneLine;
    const arrival = this.#arrivals.expect();
    let owed: readonly OwedPostback[] = [];
    let hasFailed = false;
    try {
      const now = clock.now();
      const leaseUntil = this.#state.leaseNow() + limits.delivery.leaseDurationMs;
      owed = await store.claim({ receiverId: line.id, lane, count, now, leaseUntil, leaseToken: this.#leaseTokenOf() });
      if (owed.length < count) clearDue(this.#state, line, { lane, generation });
    } catch (error) {
      hasFailed = true;
      observer.faulted?.("claim", error);
      this.#park(line, limits.delivery.storeBackoffMs);
    }
    laneLine.isClaiming = false;
    returnCredits(this.#state, line, count - owed.length);
    if (owed.length === 0 && line.host?.probeLine === line) line.host.probeLine = null;
    for (const postback of owed) this.#take({ ...postback, line, lane, handedOver: null }, arrival);
    this.#arrivals.end(arrival);
    // A failed claim is made again when the line comes back from where it is parked.
    if (!hasFailed) this.consider(line);
  }

  #take(leased: LeasedPostback, arrival: Arrival): void {
    // Leases that lapsed in the hands of processes that are gone: strikes that no sender told of.
    if (leased.strikes >= this.#state.limits.delivery.strikesMax) {
      this.#settler.add(leased, endingOf(leased, "sender_crashed", this.#state.clock.now()));
    } else if (this.#arrivals.admits(arrival, leased)) this.#handOver.queue(leased);
  }
}
