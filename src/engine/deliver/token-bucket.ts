/**
 * A rate: tokens come in evenly, up to a small burst, and each order takes one. Times are of the
 * clock that never goes back.
 */
export type TokenBucket = { readonly perSecond: number; readonly burst: number; tokens: number; filledAt: number };

/** Milliseconds of the rate that may go out at once after a lull: enough that timers of a millisecond do not slow it down. */
const burstMs = 50;

export function openTokenBucket(perSecond: number, at: number, atOnceMs = burstMs): TokenBucket {
  const burst = Math.max(1, (perSecond * atOnceMs) / 1_000);
  return { perSecond, burst, tokens: burst, filledAt: at };
}

/** Whole tokens that may be taken now. */
export function tokensAt(bucket: TokenBucket, at: number): number {
  const filled = bucket.tokens + ((at - bucket.filledAt) * bucket.perSecond) / 1_000;
  bucket.tokens = Math.min(bucket.burst, filled);
  bucket.filledAt = at;
  // Sums of fractions fall short of the whole token by less than this.
  return Math.floor(bucket.tokens + 1e-9);
}

export function takeToken(bucket: TokenBucket): void {
  bucket.tokens -= 1;
}

/** Milliseconds until there is a whole token. */
export const tokenAfterMs = (bucket: TokenBucket): number =>
  bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) * 1_000) / bucket.perSecond);
