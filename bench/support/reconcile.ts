import type { ReceiverReport } from "./receiver.ts";

/** What was asked for, and how much of it was answered 202, where somebody counted. */
export type Expected = { readonly count: number; readonly acknowledged?: number };

/**
 * Throws unless each of `count` was acknowledged and heard once, and nothing of a run before came late: numbers of all
 * runs differ, so that a late one is never taken for one of this run.
 */
export const reconcile = (
  { distinct, doubled, late }: Pick<ReceiverReport, "distinct" | "doubled" | "late">,
  { count, acknowledged = count }: Expected,
): void => {
  if (acknowledged === count && distinct === count && doubled === 0 && late === 0) return;
  throw new Error(
    `of ${count}: accepted ${acknowledged}, heard ${distinct}, doubled ${doubled}; heard of a run before: ${late}`,
  );
};
