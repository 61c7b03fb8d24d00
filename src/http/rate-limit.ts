/** Lets through `perSecond` events a second of each key, on average; after a pause, one full second's worth at once. */
export type RateLimit = {
  /** Takes `count` events of the key, or answers the whole seconds to wait. A single request larger than the burst passes when the bucket is full. */
  readonly take: (keyId: string, count: number, nowMs: number) => { readonly waitS: number } | null;
};

export const unlimited: RateLimit = { take: () => null };

type Bucket = { tokens: number; at: number };

export const openRateLimit = (perSecond: number): RateLimit => {
  // One bucket for each key that ever sent: keys are few, and a removed one is forgotten at restart.
  const buckets = new Map<string, Bucket>();
  return {
    take: (keyId, count, nowMs) => {
      let bucket = buckets.get(keyId);
      if (bucket === undefined) {
        bucket = { tokens: perSecond, at: nowMs };
        buckets.set(keyId, bucket);
      }
      const passedMs = Math.max(0, nowMs - bucket.at);
      bucket.tokens = Math.min(perSecond, bucket.tokens + (passedMs * perSecond) / 1000);
      bucket.at = nowMs;
      const needed = Math.min(count, perSecond);
      if (bucket.tokens < needed) return { waitS: Math.max(1, Math.ceil((needed - bucket.tokens) / perSecond)) };
      bucket.tokens -= count;
      return null;
    },
  };
};
