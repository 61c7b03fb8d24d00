import type { ReceiverLimits, SuccessTest } from "#src/core/postbacks/receiver.ts";
import type { RetryPolicy, StatusRange } from "#src/core/postbacks/retry-policy.ts";
import type { Problem } from "#src/core/problem.ts";
import { type Findings, refuse } from "./findings.ts";

type Path = Problem["path"];

/** Delays after attempts: the tries of a postback are one more. */
const retryDelaysMax = 50;
const retryDelayMsMax = 7 * 86_400_000;
/** Of a window, and of a postback's life: a hundred years. */
export const daysMax = 36_500;
const dayMs = 86_400_000;
const timeoutMsMin = 100;
const timeoutMsMax = 120_000;
const inFlightLimitMax = 10_000;
const ratePerSecondMax = 1_000_000;

/** How postbacks are delivered: the same of a partner and of a rule. */
export type DeliveryTerms = {
  readonly success: SuccessTest;
  readonly retryPolicy: RetryPolicy;
  readonly limits: ReceiverLimits;
  readonly expiresAfterMs: number | null;
};

export function checkDeliveryTerms(findings: Findings, terms: DeliveryTerms, path: Path): void {
  checkRetryPolicy(findings, terms.retryPolicy, [...path, "retry_policy"]);
  checkStatuses(findings, terms.success.statuses, [...path, "success", "statuses"]);
  checkLimits(findings, terms.limits, [...path, "limits"]);
  if (terms.expiresAfterMs !== null && !isWithin(terms.expiresAfterMs, 1, daysMax * dayMs)) {
    const message = `write a time above zero and at most ${daysMax}d, or leave it out for no expiry`;
    refuse(findings, "catalog.value", { path: [...path, "expires_after"], message });
  }
  if (terms.success.statuses.length === 0) {
    const message = "name at least one status that counts as heard";
    refuse(findings, "catalog.value", { path: [...path, "success", "statuses"], message });
  }
}

function checkRetryPolicy(findings: Findings, policy: RetryPolicy, path: Path): void {
  if (policy.delaysMs.length > retryDelaysMax) {
    const message = `write at most ${retryDelaysMax} delays`;
    refuse(findings, "catalog.too_many", { path: [...path, "delays"], message });
  }
  for (const [index, delay] of policy.delaysMs.entries()) {
    if (isWithin(delay, 0, retryDelayMsMax)) continue;
    refuse(findings, "catalog.value", { path: [...path, "delays", index], message: "write a delay of at most 7 days" });
  }
  if (!isWithin(policy.timeoutMs, timeoutMsMin, timeoutMsMax)) {
    const message = `write a timeout between ${timeoutMsMin} ms and ${timeoutMsMax / 1000} s`;
    refuse(findings, "catalog.value", { path: [...path, "timeout"], message });
  }
  checkStatuses(findings, policy.retryOn.statuses, [...path, "retry_on", "statuses"]);
}

function checkStatuses(findings: Findings, statuses: readonly StatusRange[], path: Path): void {
  for (const [index, [from, to]] of statuses.entries()) {
    if (isWithin(from, 100, 599) && isWithin(to, from, 599)) continue;
    const message = "write a status, or a range of them that goes up, between 100 and 599";
    refuse(findings, "catalog.value", { path: [...path, index], message });
  }
}

function checkLimits(findings: Findings, limits: ReceiverLimits, path: Path): void {
  if (!isWithin(limits.inFlightMax, 1, inFlightLimitMax)) {
    const message = `write a number from 1 to ${inFlightLimitMax}`;
    refuse(findings, "catalog.value", { path: [...path, "in_flight_max"], message });
  }
  const rate = limits.ratePerSecond;
  if (rate !== null && !(rate > 0 && rate <= ratePerSecondMax)) {
    const message = `write a number above 0, at most ${ratePerSecondMax}, or leave it out for no limit`;
    refuse(findings, "catalog.value", { path: [...path, "rate_per_second"], message });
  }
}

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;
