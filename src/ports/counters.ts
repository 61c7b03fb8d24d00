import type { AppId } from "#src/core/ids.ts";
import {
  configuratorOfReceiver,
  ownerOfReceiver,
  partnerOfTarget,
  targetKeyOf,
  wholeTargetKey,
} from "#src/core/postbacks/target-key.ts";

/**
 * What happened, counted as it happens, by hour and by day in UTC: never a scan. A decision counts in
 * the bucket of its recording, an end in the bucket of its end, each in the commit that writes it; like `Totals` they only
 * grow. Hours do not know event names, days do not know latencies.
 */
export type Counter = {
  /** Begin of the bucket. */
  readonly at: number;
  readonly appId: AppId;
  /** `integration:<partner>` or `rule:<rule>`; null for what is of the app: accepted and duplicate events. */
  readonly owner: string | null;
  /** Of days; null of hours, and for further names of an app on a day with more than `counterNamesMax`. */
  readonly eventName: string | null;
  /** `accepted`, `duplicate`, `match`, `skip:<reason>`, `delivered`, `dead:<reason>`, `cancelled`, `latency:<milliseconds>`. */
  readonly measure: string;
  readonly count: number;
};

export const counterGrains = ["hour", "day"] as const;
export type CounterGrain = (typeof counterGrains)[number];
export const grainMs: Readonly<Record<CounterGrain, number>> = { hour: 3_600_000, day: 86_400_000 };

export type CounterQuery = {
  readonly grain: CounterGrain;
  /** Buckets that begin in this time; `from` inclusive, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly appId?: AppId;
  /** Only measures of these kinds: `accepted`, `dead`, … */
  readonly kinds?: readonly [string, ...(readonly string[])];
};

/** What a measure is without its reason or bound. */
export const kindOfMeasure = (measure: string): string => {
  const end = measure.indexOf(":");
  return end === -1 ? measure : measure.slice(0, end);
};

/** What the store keeps of each: after that the oldest bucket goes, by `sweep`. */
export const counterKeptMs: Readonly<Record<CounterGrain, number>> = {
  hour: 32 * grainMs.day,
  day: 400 * grainMs.day,
};
/** Names of one app on one day that are counted by name. */
export const counterNamesMax = 500;

/** Upper bounds in milliseconds from the making of a postback to its delivery; what took longer counts under the last. */
const latencyBoundsMs = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000,
] as const;
const longest = 86_400_000;

export const latencyBoundOf = (latencyMs: number): number =>
  latencyBoundsMs.find((bound) => latencyMs <= bound) ?? longest;

export const bucketOf = (grain: CounterGrain, at: number): number => Math.floor(at / grainMs[grain]) * grainMs[grain];

/** Whose a decision counts as: a rule's, or a partner's by one configurator, so that an agency is told of its own. */
export const counterOwnerOf = wholeTargetKey;

/** The partner, by whichever configurator, or the rule, that a target is of. */
export const ownerOfTarget = (targetKey: string): string => {
  const partnerId = partnerOfTarget(targetKey);
  if (partnerId === null) return wholeTargetKey(targetKey);
  return targetKeyOf({ kind: "integration", partnerId, configurator: null, mappingId: null });
};

/** Whose the counters of a receiver are, and of which app. */
export const placeOfReceiver = (receiver: string): { readonly app: string; readonly owner: string } => {
  const found = ownerOfReceiver(receiver);
  if (found === null) return { app: "", owner: receiver };
  const { appId: app, partnerId, ruleId } = found;
  if (ruleId !== null) return { app, owner: targetKeyOf({ kind: "rule", ruleId }) };
  if (partnerId === null) return { app, owner: receiver };
  const configurator = configuratorOfReceiver(receiver);
  return { app, owner: targetKeyOf({ kind: "integration", partnerId, configurator, mappingId: null }) };
};
