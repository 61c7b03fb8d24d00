import { invariant } from "#src/core/invariant.ts";
import type { Lane } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { Fifo } from "#src/engine/fifo.ts";
import type { Sender, SendOrder } from "#src/ports/sender.ts";
import { breakerAllows, breakerHandedOver } from "./breaker.ts";
import { type DeliveryState, hostOf } from "./delivery-state.ts";
import { hostNameOf } from "./host-name.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import {
  breakersAllow,
  holdOf,
  type LeasedPostback,
  laneOf,
  queuedOn,
  type ReceiverLine,
  retriesInFlightMax,
} from "./receiver-line.ts";
import { endingOf } from "./settlement.ts";
import type { Settler } from "./settler.ts";
import { type TokenBucket, takeToken, tokenAfterMs, tokensAt } from "./token-bucket.ts";

/**
 * Hands leased postbacks to the sender. Lines that have something queued stand in a ring; each turn
 * of the ring takes a few from every line, so that none waits for another's backlog. A line leaves
 * the ring when it has nothing, or may not go now, and comes back by `ready`: at a result, a claim,
 * a commit, a token, a breaker's time, a resume.
 */
export class HandOverRoom {
  readonly #state: DeliveryState;
  readonly #sender: Sender;
  readonly #settler: Settler;
  readonly #leases: LeaseKeeper;
  readonly #park: (line: ReceiverLine, delayMs: number) => void;
  readonly #whenLow: (line: ReceiverLine) => void;
  readonly #ready = new Fifo<ReceiverLine>();
  /** Orders without a result, by ticket. */
  readonly tickets = new Map<number, LeasedPostback>();
  /**
   * Postbacks that one more crash would end go one at a time: whichever of them is the poison then
   * strikes out alone, and takes none of the others with it.
   */
  readonly #struck = new Fifo<LeasedPostback>();
  #struckTicket: number | null = null;
  /** Lines whose retries wait until there are fewer of all receivers under way. */
  readonly #behindRetries = new Set<ReceiverLine>();
  #lastTicket = 0;
  #turnIsDue = false;

  constructor(given: {
    readonly state: DeliveryState;
    readonly sender: Sender;
    readonly settler: Settler;
    readonly leases: LeaseKeeper;
    /** To be made ready again after the delay. */
    readonly park: (line: ReceiverLine, delayMs: number) => void;
    /** Few are queued on the line: fetch more, where the store has some. */
    readonly whenLow: (line: ReceiverLine) => void;
  }) {
    this.#state = given.state;
    this.#sender = given.sender;
    this.#settler = given.settler;
    this.#leases = given.leases;
    this.#park = given.park;
    this.#whenLow = given.whenLow;
  }

  /** Takes postbacks that have just been leased, by a commit or a claim. */
  queue(leased: LeasedPostback): void {
    if (leased.strikes > 0 && leased.strikes >= this.#state.limits.delivery.strikesMax - 1) {
      this.#struck.push(leased);
      this.#wake();
      return;
    }
    laneOf(leased.line, leased.lane).queue.push(leased);
    this.ready(leased.line);
  }

  ready(line: ReceiverLine): void {
    if (line.isReady) return;
    line.isReady = true;
    this.#ready.push(line);
    this.#wake();
  }

  /** An outcome of the line is durable: what stood back for it may go. */
  settled(line: ReceiverLine): void {
    if (queuedOn(line) > 0) this.ready(line);
    if (this.#struck.size > 0) this.#wake();
  }

  /** After something that kept all lines back has ended. */
  readyAll(): void {
    for (const line of this.#state.lines.values()) if (queuedOn(line) > 0) this.ready(line);
    this.#wake();
  }

  /** Hands over what could go and was woken by nobody, which is a fault of this program's own. Answers how many lines that were. */
  wakeStanding(): number {
    const state = this.#state;
    const { inFlightMax, unsettledMax } = state.limits.delivery;
    const isFull = state.inFlight >= inFlightMax || state.unsettled >= unsettledMax;
    if (this.#turnIsDue || isFull || state.isSettlingBlocked || state.isStopping) return 0;
    const at = state.clock.monotonic();
    let standing = 0;
    for (const line of state.lines.values()) if (this.#isStanding(line, at)) standing += 1;
    if (standing > 0) this.readyAll();
    return standing;
  }

  /** One with a rate is woken by its tokens, one with attempts or outcomes under way by their ends. */
  #isStanding(line: ReceiverLine, at: number): boolean {
    if (line.inFlight + line.unsettled > 0 || line.rate !== null || line.drain !== null) return false;
    if (!hasNext(line, this.#state)) return false;
    return holdOf(line, at) === null && this.#mayGo(line, at) > 0;
  }

  /** The order's result has come. */
  taken(ticket: number): LeasedPostback | null {
    const leased = this.tickets.get(ticket);
    if (leased === undefined) return null;
    this.tickets.delete(ticket);
    if (this.#struckTicket === ticket) this.#struckTicket = null;
    this.#state.inFlight -= 1;
    leased.line.inFlight -= 1;
    if (leased.lane === "retry") {
      this.#state.retriesInFlight -= 1;
      leased.line.retriesInFlight -= 1;
      const [behind] = this.#behindRetries;
      if (behind !== undefined) this.#readyBehind(behind);
    }
    // Whoever stands in the ring while all attempts are taken waits for this, and may be all that there are.
    if (this.#ready.size > 0 || this.#struck.size > 0) this.#wake();
    return leased;
  }

  /** Leased postbacks that are not with the sender: for renewal, and to be given back. */
  *waiting(): Iterable<LeasedPostback> {
    for (const line of this.#state.lines.values()) {
      yield* line.first.queue;
      yield* line.retry.queue;
    }
    yield* this.#struck;
  }

  /** Takes the chosen ones out of memory, of those that are not with the sender. */
  takeQueued(isChosen: (leased: LeasedPostback) => boolean): readonly LeasedPostback[] {
    const taken: LeasedPostback[] = [];
    for (const leased of this.drainAll()) {
      if (isChosen(leased)) taken.push(leased);
      else this.queue(leased);
    }
    return taken;
  }

  /** Takes everything that is queued on a line out of memory. */
  drain(line: ReceiverLine): readonly LeasedPostback[] {
    return [...line.first.queue.drain(), ...line.retry.queue.drain()];
  }

  drainAll(): readonly LeasedPostback[] {
    const drained = [...this.#state.lines.values()].flatMap((line) => this.drain(line));
    return [...drained, ...this.#struck.drain()];
  }

  #wake(): void {
    if (this.#turnIsDue) return;
    this.#turnIsDue = true;
    queueMicrotask(() => this.turn());
  }

  /** One turn of the ring. */
  turn(): void {
    this.#turnIsDue = false;
    const state = this.#state;
    if (state.isSettlingBlocked || state.isStopping) return;
    if (state.unsettled >= state.limits.delivery.unsettledMax) return;
    const at = state.clock.monotonic();
    const orders: SendOrder[] = [];
    this.#handOverStruck(orders, at);
    while (state.inFlight < state.limits.delivery.inFlightMax) {
      if (this.#ready.size === 0 && !areRetriesFull(state))
        for (const line of this.#behindRetries) this.#readyBehind(line);
      const line = this.#ready.shift();
      if (line === undefined) break;
      line.isReady = false;
      if (this.#handOverSome(line, orders, at)) this.ready(line);
    }
    if (orders.length > 0) this.#sender.send(orders);
  }

  #readyBehind(line: ReceiverLine): void {
    this.#behindRetries.delete(line);
    this.ready(line);
  }

  /** Answers whether the line has more that may go in this turn. */
  #handOverSome(line: ReceiverLine, orders: SendOrder[], at: number): boolean {
    const hold = holdOf(line, at);
    if (hold !== null) {
      this.#hold(line, at);
      return false;
    }
    const count = this.#mayGo(line, at);
    for (let handed = 0; handed < count; ) {
      if (!hasNext(line, this.#state)) break;
      const { queue } = laneOf(line, takeTurn(line, this.#state));
      const leased = queue.peek();
      invariant(leased !== undefined, "the lane whose turn it is has nothing queued");
      if (!this.#hostLets(leased, at)) return false;
      queue.shift();
      if (this.#order(leased, orders)) handed += 1;
    }
    this.#whenLow(line);
    if (line.retry.queue.size > 0 && areRetriesFull(this.#state)) this.#behindRetries.add(line);
    return this.#mayGo(line, at) > 0 && hasNext(line, this.#state);
  }

  /** How many of the line may go in one turn of the ring; one that waits for a token is parked. */
  #mayGo(line: ReceiverLine, at: number): number {
    const { receiver } = line;
    if (receiver === null) return 0;
    endDrain(line);
    const { delivery } = this.#state.limits;
    const free = delivery.inFlightMax - this.#state.inFlight;
    // Each that goes takes one from what is free: half of the difference may go.
    const share = Math.ceil((free - line.inFlight) / 2);
    const { inFlightMax } = receiver.limits;
    // What a crash would send again is bounded by what the receiver takes at once, however slow the commits are.
    const undurable = line.inFlight + line.unsettled;
    const slots = Math.min(inFlightMax - line.inFlight, undurablePerSlot * inFlightMax - undurable, share);
    let count = Math.min(delivery.turnOrdersMax, slots, breakersAllow(line, at));
    if (line.rate !== null) count = Math.min(count, this.#tokens(line, line.rate, at));
    if (line.drain !== null) count = Math.min(count, this.#tokens(line, line.drain.rate, at));
    return count;
  }

  #tokens(line: ReceiverLine, rate: TokenBucket, at: number): number {
    const tokens = tokensAt(rate, at);
    if (tokens === 0) this.#park(line, tokenAfterMs(rate));
    return tokens;
  }

  /** The line's host is known only from a request: a line may come to an open breaker with its first. */
  #hostLets(leased: LeasedPostback, at: number): boolean {
    const { line } = leased;
    if (line.host === null || !leased.request.url.startsWith(line.hostPrefix)) {
      const { name, prefix } = hostNameOf(leased.request.url);
      line.host?.lines.delete(line);
      line.host = hostOf(this.#state, name, prefix);
      // A beginning of its own would hold all of this URL in memory, for each line.
      line.hostPrefix = prefix === line.host.prefix ? line.host.prefix : prefix;
      line.host.lines.add(line);
    }
    if (holdOf(line, at) !== null) {
      this.#hold(line, at);
      return false;
    }
    return breakerAllows(line.host.breaker, at) > 0;
  }

  /** Whatever is queued waits in the store instead; the line is looked at again when it may be probed. */
  #hold(line: ReceiverLine, at: number): void {
    if (queuedOn(line) > 0) void this.#leases.giveBack(this.drain(line));
    if (line.host?.probeLine === line) line.host.probeLine = null;
    const until = Math.max(
      line.breaker.state === "open" ? line.breaker.openUntil : 0,
      line.host?.breaker.state === "open" ? line.host.breaker.openUntil : 0,
    );
    if (until > at) this.#park(line, until - at);
  }

  /** Makes an order of it, unless it must not go: expired, or its lease is too short. */
  #order(leased: LeasedPostback, orders: SendOrder[]): boolean {
    const { line } = leased;
    const { receiver, host } = line;
    invariant(receiver !== null && host !== null, `postback ${leased.postback.id} is handed over without a receiver`);
    const state = this.#state;
    const now = state.clock.now();
    if (host.probeLine === line) host.probeLine = null;
    if (leased.expiresAt !== null && leased.expiresAt <= now) {
      this.#settler.add(leased, endingOf(leased, "expired", now));
      return false;
    }
    if (leased.leaseUntil - state.leaseNow() < receiver.retryPolicy.timeoutMs + state.limits.delivery.leaseMarginMs) {
      this.#leases.renewAtHandOver(leased);
      return false;
    }
    takeTokens(line);
    leased.handedOver = {
      receiver,
      host,
      isProbe: line.breaker.state === "open" || host.breaker.state === "open",
      lineEpoch: breakerHandedOver(line.breaker),
      hostEpoch: breakerHandedOver(host.breaker),
    };
    state.inFlight += 1;
    line.inFlight += 1;
    line.isRecent = true;
    if (leased.lane === "retry") {
      state.retriesInFlight += 1;
      line.retriesInFlight += 1;
    }
    this.#lastTicket += 1;
    this.tickets.set(this.#lastTicket, leased);
    orders.push(orderOf(leased, receiver, this.#lastTicket));
    return true;
  }

  #handOverStruck(orders: SendOrder[], at: number): void {
    if (this.#struckTicket !== null) return;
    for (let left = this.#struck.size; left > 0; left -= 1) {
      const leased = this.#struck.shift();
      if (leased === undefined) return;
      if (holdOf(leased.line, at) !== null) void this.#leases.giveBack([leased]);
      else if (!this.#hostLets(leased, at) || this.#mayGo(leased.line, at) < 1) this.#struck.push(leased);
      else if (this.#order(leased, orders)) {
        this.#struckTicket = this.#lastTicket;
        return;
      }
    }
  }
}

/** Attempts and outcomes that are not durable yet, for each attempt that a receiver takes at once. */
export const undurablePerSlot = 2;

const areRetriesFull = ({ retriesInFlight, limits: { delivery } }: DeliveryState): boolean =>
  retriesInFlight >= retriesInFlightMax(delivery.inFlightMax, delivery);

const hasFirst = (line: ReceiverLine): boolean => line.first.queue.size > 0;

/** A retry may go only into the slots that are not kept for first attempts, of its receiver and of all. */
function hasRetry(line: ReceiverLine, state: DeliveryState): boolean {
  const { delivery } = state.limits;
  return (
    line.retry.queue.size > 0 &&
    line.retriesInFlight < retriesInFlightMax(line.receiver?.limits.inFlightMax ?? 0, delivery) &&
    !areRetriesFull(state)
  );
}

const hasNext = (line: ReceiverLine, state: DeliveryState): boolean => hasFirst(line) || hasRetry(line, state);

/** The lane whose turn it is on a line that has something: first attempts, but retries have their share. */
function takeTurn(line: ReceiverLine, state: DeliveryState): Lane {
  if (!hasRetry(line, state)) return "first";
  if (!hasFirst(line)) return "retry";
  line.retryTurn += state.limits.delivery.retryShare;
  if (line.retryTurn < 1) return "first";
  line.retryTurn -= 1;
  return "retry";
}

/**
 * Those that waited go first, so that behind one made after the resume nothing of them is left in its
 * lane. Counting alone would not end it: what is cancelled or expires is never handed over.
 */
function endDrain(line: ReceiverLine): void {
  const next = line.first.queue.peek();
  if (line.drain !== null && next !== undefined && next.postback.createdAt > line.drain.resumedAt) line.drain = null;
}

function takeTokens(line: ReceiverLine): void {
  if (line.rate !== null) takeToken(line.rate);
  if (line.drain === null) return;
  takeToken(line.drain.rate);
  line.drain.left -= 1;
  if (line.drain.left <= 0) line.drain = null;
}

const noHeaders: readonly string[] = [];

function orderOf(leased: LeasedPostback, receiver: Receiver, ticket: number): SendOrder {
  const { idHeaders } = receiver;
  return {
    ticket,
    receiverId: receiver.id,
    request: leased.request,
    headers:
      idHeaders === null
        ? noHeaders
        : [idHeaders.postbackId, leased.postback.id, idHeaders.attempt, String(leased.attempts + 1)],
    timeoutMs: receiver.retryPolicy.timeoutMs,
    bodyNeeded: receiver.success.body.kind !== "any",
  };
}
