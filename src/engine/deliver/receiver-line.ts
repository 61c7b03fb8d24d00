import type { ReceiverId } from "#src/core/ids.ts";
import type { Lane, Postback, RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { Fifo } from "#src/engine/fifo.ts";
import type { DeliveryLimits } from "#src/engine/limits.ts";
import type { StoreSequence } from "#src/ports/store.ts";
import { type Breaker, breakerAllows, openBreaker } from "./breaker.ts";
import type { TokenBucket } from "./token-bucket.ts";

/**
 * What the engine keeps in memory of one receiver. Receivers are scheduled, not postbacks: whether
 * something may go is asked once of the line, and while the answer is no, nothing is done for each
 * postback that waits in the store behind it.
 */
export type ReceiverLine = {
  readonly id: ReceiverId;
  /** As the catalog in force has it; null once it has been removed. */
  receiver: Receiver | null;
  isOff: boolean;
  isPaused: boolean;
  readonly first: LaneLine;
  readonly retry: LaneLine;
  /** Credits taken: leased postbacks from decision or claim until their outcome is durable. */
  inHand: number;
  inFlight: number;
  retriesInFlight: number;
  /** Outcomes that are known and not durable yet: a crash would send their postbacks again. */
  unsettled: number;
  /** Adds up `retryShare` while both lanes wait; at 1 it is a retry's turn. */
  retryTurn: number;
  readonly breaker: Breaker;
  /** Where its last order went, and the beginning of a URL that goes there too. */
  host: HostLine | null;
  hostPrefix: string;
  rate: TokenBucket | null;
  /** What waited when a pause ended, to go at the rate that was asked for: how many may be left of it, and when that was. */
  drain: { readonly rate: TokenBucket; left: number; readonly resumedAt: number } | null;
  /** True while first attempts wait in the store: new ones join them there, so that those that waited go first. */
  isSpilled: boolean;
  isReady: boolean;
  /** Used since idle lines were last looked for. */
  isRecent: boolean;
  isClaimQueued: boolean;
  /** Lane that the last claim behind a breaker was made on, so that neither lane's head can block both. */
  probedLane: Lane;
  /** Steps of waiting after faults of our own, and since when; one burst of them is one step. */
  ownFaults: { readonly steps: number; readonly since: number } | null;
};

export type LaneLine = {
  readonly queue: Fifo<LeasedPostback>;
  /** The store is known to have due postbacks in this lane. */
  isDue: boolean;
  /** Grows whenever something comes to wait in the store: a claim that was made before says nothing about it. */
  generation: number;
  isClaiming: boolean;
};

/** One host, with the breaker over all receivers that send to it. */
export type HostLine = {
  readonly name: string;
  /** How the URL began that named it first. */
  readonly prefix: string;
  readonly breaker: Breaker;
  readonly lines: Set<ReceiverLine>;
  /** The line that is fetching the probe from the store. */
  probeLine: ReceiverLine | null;
};

/** A postback leased to this process, in memory. */
export type LeasedPostback = {
  /** Given by the store when it is recorded. */
  sequence: StoreSequence;
  readonly postback: Postback;
  readonly request: RenderedRequest;
  readonly line: ReceiverLine;
  readonly lane: Lane;
  readonly attempts: number;
  readonly spent: number;
  readonly strikes: number;
  readonly expiresAt: number | null;
  readonly leaseToken: string;
  leaseUntil: number;
  /** As it was at the last hand-over. */
  handedOver: HandOver | null;
};

export type HandOver = {
  readonly receiver: Receiver;
  readonly isProbe: boolean;
  readonly lineEpoch: number;
  readonly host: HostLine;
  readonly hostEpoch: number;
};

export const openReceiverLine = (id: ReceiverId): ReceiverLine => ({
  id,
  receiver: null,
  isOff: false,
  isPaused: false,
  first: openLaneLine(),
  retry: openLaneLine(),
  inHand: 0,
  inFlight: 0,
  retriesInFlight: 0,
  unsettled: 0,
  retryTurn: 0,
  breaker: openBreaker(),
  host: null,
  hostPrefix: "",
  rate: null,
  drain: null,
  isSpilled: false,
  isReady: false,
  isRecent: true,
  isClaimQueued: false,
  probedLane: "retry",
  ownFaults: null,
});

const openLaneLine = (): LaneLine => ({ queue: new Fifo(), isDue: false, generation: 0, isClaiming: false });

export const laneOf = (line: ReceiverLine, lane: Lane): LaneLine => (lane === "first" ? line.first : line.retry);

export const queuedOn = (line: ReceiverLine): number => line.first.queue.size + line.retry.queue.size;

/** Why nothing of this receiver may go, or null. Held is a condition: it costs no attempt, and no write for each postback. */
export type Hold = "paused" | "off" | "removed" | "breaker_open";

export function holdOf(line: ReceiverLine, at: number): Hold | null {
  if (line.receiver === null) return "removed";
  if (line.isPaused) return "paused";
  if (line.isOff) return "off";
  if (line.breaker.state === "open" && breakerAllows(line.breaker, at) === 0) return "breaker_open";
  const { host } = line;
  if (host === null || host.breaker.state !== "open") return null;
  if (breakerAllows(host.breaker, at) === 0) return "breaker_open";
  return host.probeLine === null || host.probeLine === line ? null : "breaker_open";
}

/** Attempts that both breakers let go now. */
export const breakersAllow = (line: ReceiverLine, at: number): number =>
  Math.min(
    breakerAllows(line.breaker, at),
    line.host === null ? Number.POSITIVE_INFINITY : breakerAllows(line.host.breaker, at),
  );

export const isBreakerClosed = (line: ReceiverLine): boolean =>
  line.breaker.state === "closed" && (line.host === null || line.host.breaker.state === "closed");

/** Retries of this receiver that may be under way at once: the rest is kept for first attempts. */
export const retriesInFlightMax = (inFlightMax: number, limits: DeliveryLimits): number =>
  Math.max(1, inFlightMax - Math.floor(inFlightMax * limits.firstShare));
