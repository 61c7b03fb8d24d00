import type { StoreSequence } from "#src/ports/store.ts";
import type { Arrival, Arrivals } from "./arrivals.ts";
import { type DeliveryState, markDue, returnCredits } from "./delivery-state.ts";
import type { LeasedPostback, ReceiverLine } from "./receiver-line.ts";

/**
 * Keeps the leases of what is in hand, and gives back what is not to be sent now. A lease that was
 * lost is somebody else's: the postback is dropped from memory, and nothing of the store is touched.
 */
export class LeaseKeeper {
  readonly #state: DeliveryState;
  readonly #arrivals: Arrivals;
  readonly #whenRenewed: (leased: LeasedPostback) => void;
  readonly #whenGivenBack: (line: ReceiverLine) => void;
  readonly #underWay = new Set<Promise<void>>();
  #renewals: LeasedPostback[] = [];
  /** To be given back, once the store takes it: not in any queue, still leased. */
  #owedBack: LeasedPostback[] = [];

  constructor(given: {
    readonly state: DeliveryState;
    readonly arrivals: Arrivals;
    readonly whenRenewed: (leased: LeasedPostback) => void;
    readonly whenGivenBack: (line: ReceiverLine) => void;
  }) {
    this.#state = given.state;
    this.#arrivals = given.arrivals;
    this.#whenRenewed = given.whenRenewed;
    this.#whenGivenBack = given.whenGivenBack;
  }

  /** Back to waiting in the store; costs no attempt. What cannot be given back now is by a later `giveBackOwed`. */
  giveBack(given: readonly LeasedPostback[]): Promise<void> {
    return this.#track(this.#giveBack(given));
  }

  /** Resolves when nothing is on its way to the store. */
  async finish(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  async #giveBack(given: readonly LeasedPostback[]): Promise<void> {
    for (const { leaseToken, dueAt, postbacks } of groupsToRelease(given, this.#state.clock.now())) {
      const sequences = postbacks.map((leased) => leased.sequence);
      try {
        await this.#state.store.release({ sequences, leaseToken, dueAt });
      } catch (error) {
        this.#owedBack.push(...postbacks);
        this.#state.observer.faulted?.("release", error);
        continue;
      }
      for (const { line, lane } of postbacks) {
        returnCredits(this.#state, line, 1);
        markDue(this.#state, line, lane);
        if (lane === "first") line.isSpilled = true;
      }
      for (const line of new Set(postbacks.map((leased) => leased.line))) this.#whenGivenBack(line);
    }
  }

  async giveBackOwed(): Promise<void> {
    const owed = this.#owedBack;
    this.#owedBack = [];
    await this.giveBack(owed);
  }

  owedBack(): readonly LeasedPostback[] {
    return this.#owedBack;
  }

  /** Renews the lease of one that is about to go, and has it queued again when that is done. */
  renewAtHandOver(leased: LeasedPostback): void {
    this.#renewals.push(leased);
    if (this.#renewals.length > 1) return;
    const arrival = this.#arrivals.expect();
    queueMicrotask(() => void this.#track(this.#renewAll(arrival)));
  }

  async #renewAll(arrival: Arrival): Promise<void> {
    const renewals = this.#renewals;
    this.#renewals = [];
    const renewed = await this.#renew(renewals);
    this.#owedBack.push(...renewed.failed);
    for (const leased of renewed.lost) returnCredits(this.#state, leased.line, 1);
    for (const leased of renewed.kept) if (this.#arrivals.admits(arrival, leased)) this.#whenRenewed(leased);
    this.#arrivals.end(arrival);
  }

  /** Renews what has less than half of its lease left, wherever in memory it is; answers whether the store took all of it. */
  async renewHalfSpent(inHand: Iterable<LeasedPostback>): Promise<boolean> {
    const halfLeft = this.#state.leaseNow() + this.#state.limits.delivery.leaseDurationMs / 2;
    const halfSpent: LeasedPostback[] = [];
    for (const leased of inHand) if (leased.leaseUntil < halfLeft) halfSpent.push(leased);
    const renewed = await this.#renew(halfSpent);
    // Lost while it is queued: its hand-over will ask again, and drop it then.
    for (const leased of renewed.lost) leased.leaseUntil = lostLease;
    return renewed.failed.length === 0;
  }

  async #renew(given: readonly LeasedPostback[]): Promise<Renewed> {
    const { leaseNow, limits, store, observer } = this.#state;
    const renewed: Renewed = { kept: [], lost: [], failed: [] };
    for (const [leaseToken, postbacks] of Map.groupBy(given, (leased) => leased.leaseToken)) {
      const leaseUntil = leaseNow() + limits.delivery.leaseDurationMs;
      const sequences = postbacks.map((leased) => leased.sequence);
      let held: ReadonlySet<StoreSequence>;
      try {
        held = new Set(await store.extendLease({ sequences, leaseToken, leaseUntil }));
      } catch (error) {
        renewed.failed.push(...postbacks);
        observer.faulted?.("leases", error);
        continue;
      }
      for (const leased of postbacks) {
        const isHeld = held.has(leased.sequence);
        if (isHeld) leased.leaseUntil = leaseUntil;
        (isHeld ? renewed.kept : renewed.lost).push(leased);
      }
    }
    return renewed;
  }
}

/** The end of a lease that is somebody else's by now. */
export const lostLease = 0;

type Renewed = {
  readonly kept: LeasedPostback[];
  readonly lost: LeasedPostback[];
  readonly failed: LeasedPostback[];
};

type Release = {
  readonly leaseToken: string;
  readonly dueAt: number;
  readonly postbacks: readonly LeasedPostback[];
};

/**
 * One release for each lease token and lane. First attempts are due as of when they were made, so
 * that they stand before what came after them.
 */
function groupsToRelease(given: readonly LeasedPostback[], now: number): readonly Release[] {
  const releases: Release[] = [];
  for (const [leaseToken, ofToken] of Map.groupBy(given, (leased) => leased.leaseToken)) {
    for (const [lane, postbacks] of Map.groupBy(ofToken, (leased) => leased.lane)) {
      const madeAt = postbacks.reduce((oldest, { postback }) => Math.min(oldest, postback.createdAt), now);
      releases.push({ leaseToken, dueAt: lane === "first" ? madeAt : now, postbacks });
    }
  }
  return releases;
}
