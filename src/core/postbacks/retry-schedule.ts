import type { RetryPolicy } from "./retry-policy.ts";

/** Jitter takes retries of one outage apart; it only adds, so that *never earlier than* stays true. */
const jitterShareMax = 0.1;
export const jitterMsMax = 15 * 60_000;

/** A receiver may ask for more patience than the policy has, within this. */
export const retryAfterMsMax = 24 * 3_600_000;

/**
 * When a postback is due again after its `spent`-th attempt, in epoch milliseconds; null when the
 * policy is used up. `Retry-After` puts it off, never forward. `fraction` is chance, at least 0 and below 1.
 */
// biome-ignore lint/complexity/useMaxParams: five numbers of one formula, each named at its only call.
export function nextDueAt(
  policy: RetryPolicy,
  spent: number,
  now: number,
  retryAfterS: number | null,
  fraction: number,
): number | null {
  const delay = policy.delaysMs[spent - 1];
  if (delay === undefined) return null;
  const asked = Math.min(Math.max(retryAfterS ?? 0, 0) * 1_000, retryAfterMsMax);
  const wait = Math.max(delay, asked);
  return now + wait + Math.floor(Math.min(wait * jitterShareMax, jitterMsMax) * fraction);
}
