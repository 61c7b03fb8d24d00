/** Lets through so many a second of each key, on average; after a pause, one full second's worth at once. */
export type RateLimit = {
  /** Takes `count` of the key's, or answers the whole seconds to wait. A single request larger than the burst passes when the bucket is full. */
  readonly take: (key: LimitedKey, count: number, nowMs: number) => { readonly waitS: number } | null;
};

export type LimitedKey = { readonly rateId: string; readonly perSecond: number };

type Bucket = { tokens: number; at: number };

export const openRateLimit = (): RateLimit => {
  // One bucket for each key that ever sent: keys are few, and a removed one is forgotten at restart.
  const buckets = new Map<string, Bucket>();
  return {
    take: ({ rateId, perSecond }, count, nowMs) => {
      // The burst of a key that is let through once a minute is still one whole request.
      const burst = Math.max(1, perSecond);
      let bucket = buckets.get(rateId);
      if (bucket === undefined) {
        bucket = { tokens: burst, at: nowMs };
        buckets.set(rateId, bucket);
      }
      const passedMs = Math.max(0, nowMs - bucket.at);
      bucket.tokens = Math.min(burst, bucket.tokens + (passedMs * perSecond) / 1000);
      bucket.at = nowMs;
      const needed = Math.min(count, burst);
      if (bucket.tokens < needed) return { waitS: Math.max(1, Math.ceil((needed - bucket.tokens) / perSecond)) };
      bucket.tokens -= count;
      return null;
    },
  };
};
