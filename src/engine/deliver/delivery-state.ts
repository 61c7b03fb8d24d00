import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import type { Lane } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { EngineLimits } from "#src/engine/limits.ts";
import type { EngineObserver } from "#src/engine/observer.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Store } from "#src/ports/store.ts";
import { type Breaker, openBreaker } from "./breaker.ts";
import {
  type HostLine,
  holdOf,
  isBreakerClosed,
  laneOf,
  openReceiverLine,
  type ReceiverLine,
} from "./receiver-line.ts";
import { openTokenBucket } from "./token-bucket.ts";

/** What the rooms of delivery share: the lines, the counts, and whether anything may be handed over at all. */
export type DeliveryState = {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly limits: EngineLimits;
  readonly observer: EngineObserver;
  readonly lines: Map<ReceiverId, ReceiverLine>;
  readonly hosts: Map<string, HostLine>;
  /** Lines for which the store is known to have due postbacks. */
  readonly dueLines: Set<ReceiverLine>;
  inHand: number;
  inFlight: number;
  retriesInFlight: number;
  /** Outcomes that are known and not durable yet. */
  unsettled: number;
  /** Known outcomes could not be written: nothing more is handed over until they are. */
  isSettlingBlocked: boolean;
  isStopping: boolean;
  compiled: CompiledCatalog;
  /** Scopes under pause, see `pauseKey`. */
  pausedKeys: ReadonlySet<string>;
  readonly attempts: { delivered: number; retryable: number; permanent: number };
  /**
   * The time of leases: that of the wall at the start, carried on by the clock that never jumps. A wall
   * clock set forward would end the leases of what is in flight, and send it twice.
   */
  readonly leaseNow: () => number;
};

export const openDeliveryState = (
  given: Pick<DeliveryState, "store" | "clock" | "chance" | "limits" | "observer" | "compiled" | "pausedKeys">,
): DeliveryState => ({
  ...given,
  lines: new Map(),
  hosts: new Map(),
  dueLines: new Set(),
  inHand: 0,
  inFlight: 0,
  retriesInFlight: 0,
  unsettled: 0,
  isSettlingBlocked: false,
  isStopping: false,
  attempts: { delivered: 0, retryable: 0, permanent: 0 },
  leaseNow: leaseTime(given.clock),
});

function leaseTime(clock: Clock): () => number {
  const started = clock.now() - clock.monotonic();
  return () => started + clock.monotonic();
}

/** The line of a receiver, made at its first mention. */
export function lineOf(state: DeliveryState, id: ReceiverId): ReceiverLine {
  const known = state.lines.get(id);
  if (known !== undefined) return known;
  const line = openReceiverLine(id);
  refreshLine(state, line);
  state.lines.set(id, line);
  return line;
}

/** Takes over what the catalog and the pauses in force say of it. */
export function refreshLine(state: DeliveryState, line: ReceiverLine): void {
  const receiver = state.compiled.receivers.get(line.id) ?? null;
  const perSecond = receiver?.limits.ratePerSecond ?? null;
  if (perSecond !== (line.rate?.perSecond ?? null)) {
    line.rate = perSecond === null ? null : openTokenBucket(perSecond, state.clock.monotonic());
  }
  line.receiver = receiver;
  line.isOff = receiver !== null && isSwitchedOff(state.compiled, receiver);
  line.isPaused = receiver !== null && isPausedBy(state.pausedKeys, receiver);
}

/** Lets lines go that nothing speaks of any more; they are made again at their next mention. */
export function dropIdleLines(state: DeliveryState): void {
  for (const line of state.lines.values()) {
    if (line.receiver === null) forgetDue(state, line);
    const isIdle =
      line.inHand === 0 &&
      !line.first.isDue &&
      !line.retry.isDue &&
      !line.isSpilled &&
      !line.isReady &&
      !line.isClaimQueued &&
      (line.receiver === null || (isClosed(line.breaker) && (line.host === null || isClosed(line.host.breaker))));
    if (!isIdle) continue;
    // Used since the last look: let it be until the next.
    if (line.isRecent) {
      line.isRecent = false;
      continue;
    }
    state.lines.delete(line.id);
    line.host?.lines.delete(line);
    if (line.receiver === null && line.host?.lines.size === 0) state.hosts.delete(line.host.name);
  }
  dropLeftHosts(state);
}

/** Nothing would ever probe them. Not at once: a receiver of two hosts is now with one, now with the other. */
function dropLeftHosts({
  hosts,
  clock,
  limits: {
    breaker: { openMsMax },
  },
}: DeliveryState): void {
  const at = clock.monotonic();
  for (const { name, lines, breaker } of hosts.values())
    if (lines.size === 0 && at > Math.max(breaker.openUntil, breaker.halfStartedAt) + openMsMax) hosts.delete(name);
}

/** As long as it is not, its lines are kept: by them it is known whom it holds. */
const isClosed = ({ state }: Breaker): boolean => state === "closed";

/** Nothing of a removed receiver is ever claimed, so nothing else would clear this. What waits is named anew if it comes back. */
function forgetDue(state: DeliveryState, line: ReceiverLine): void {
  line.first.isDue = false;
  line.retry.isDue = false;
  line.isSpilled = false;
  line.drain = null;
  state.dueLines.delete(line);
}

export function hostOf(state: DeliveryState, name: string, prefix: string): HostLine {
  const known = state.hosts.get(name);
  if (known !== undefined) return known;
  const host: HostLine = { name, prefix, breaker: openBreaker(), lines: new Set(), probeLine: null };
  state.hosts.set(name, host);
  return host;
}

/** Leased postbacks that this receiver may have more of: its own credits, and no more than is free for all. */
export function creditsLeft(state: DeliveryState, line: ReceiverLine): number {
  const { inHandMax, creditsPerReceiver, creditsAtRateMs } = state.limits.delivery;
  const free = inHandMax - state.inHand;
  const credits =
    line.rate === null
      ? creditsPerReceiver
      : Math.min(creditsPerReceiver, Math.ceil((line.rate.perSecond * creditsAtRateMs) / 1_000));
  return Math.min(credits - line.inHand, Math.ceil((free - line.inHand) / 2));
}

/**
 * A credit for a new postback, or null: then it is to wait in the store. While anything of this
 * receiver waits there, everything new does, so that those that waited go first.
 */
export function admitFresh(state: DeliveryState, receiver: Receiver): ReceiverLine | null {
  const line = lineOf(state, receiver.id);
  const mayTake =
    !line.isSpilled &&
    !state.isStopping &&
    creditsLeft(state, line) > 0 &&
    isBreakerClosed(line) &&
    holdOf(line, 0) === null;
  if (!mayTake) {
    line.isSpilled = true;
    return null;
  }
  line.inHand += 1;
  line.isRecent = true;
  state.inHand += 1;
  return line;
}

/** The store has postbacks of this lane that are due, for all we know. */
export function markDue(state: DeliveryState, line: ReceiverLine, lane: Lane): void {
  const laneLine = laneOf(line, lane);
  laneLine.isDue = true;
  laneLine.generation += 1;
  state.dueLines.add(line);
}

/** A claim made at this generation got less than it asked for: nothing more is due in the lane. */
export function clearDue(
  state: DeliveryState,
  line: ReceiverLine,
  claimed: { readonly lane: Lane; readonly generation: number },
): void {
  const laneLine = laneOf(line, claimed.lane);
  // Fresh ones may go from memory again even if some are on their way to the store now: else, while
  // events keep coming, a line that once spilled would spill for ever.
  if (claimed.lane === "first") line.isSpilled = false;
  if (laneLine.generation !== claimed.generation) return;
  laneLine.isDue = false;
  if (!line.first.isDue && !line.retry.isDue) state.dueLines.delete(line);
}

export function returnCredits(state: DeliveryState, line: ReceiverLine, count: number): void {
  line.inHand -= count;
  state.inHand -= count;
}

const isPausedBy = (paused: ReadonlySet<string>, receiver: Receiver): boolean =>
  paused.size > 0 &&
  (paused.has("everything") ||
    paused.has(`app:${receiver.appId}`) ||
    (receiver.partnerId !== null && paused.has(`partner:${receiver.partnerId}`)) ||
    paused.has(`receiver:${receiver.id}`));

/** Switched off is a hold for what already waits; new events are skipped by their decision. */
export function isSwitchedOff({ catalog, apps, partners }: CompiledCatalog, receiver: Receiver): boolean {
  const app = apps.get(receiver.appId)?.app;
  if (app === undefined || !catalog.active || !app.active) return true;
  const { partnerId, ruleId } = receiver;
  if (partnerId === null) return app.rules.find(({ id }) => id === ruleId)?.active !== true;
  const integration = app.integrations.find(
    (one) => one.partnerId === partnerId && integrationReceiverId(app.id, partnerId, one.configurator) === receiver.id,
  );
  return integration?.active !== true || partners.get(partnerId)?.active !== true;
}
