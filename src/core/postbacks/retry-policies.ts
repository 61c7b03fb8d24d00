import type { RetryPolicy, StatusRange } from "./retry-policy.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const serverErrors: StatusRange = [500, 599];
const only = (status: number): StatusRange => [status, status];

/** The policies that a catalog may name; every other is written out there. */
export const retryPolicies = {
  /** Carom's own: about 18 h 43 min in ten attempts, whatever may pass by itself is tried again. */
  carom: {
    name: "carom",
    delaysMs: [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, 1 * hour, 2 * hour, 5 * hour, 10 * hour],
    timeoutMs: 30 * second,
    retryOn: { statuses: [only(408), only(425), only(429), serverErrors], networkError: true, timeout: true },
  },
  /** Seed 001: 30 s timeout; on 5xx and timeout up to 9 more times, from 1 hour up to 10 hours. */
  leanplum: {
    name: "leanplum",
    delaysMs: [1, 2, 4, 8, 10, 10, 10, 10, 10].map((hours) => hours * hour),
    timeoutMs: 30 * second,
    retryOn: { statuses: [serverErrors], networkError: false, timeout: true },
  },
  /** AF-RETRY: on 5xx only, four more at 15 minutes. */
  appsflyer: {
    name: "appsflyer",
    delaysMs: [15, 15, 15, 15].map((minutes) => minutes * minute),
    timeoutMs: 30 * second,
    retryOn: { statuses: [serverErrors], networkError: false, timeout: false },
  },
  /** One try. */
  none: {
    name: "none",
    delaysMs: [],
    timeoutMs: 30 * second,
    retryOn: { statuses: [], networkError: false, timeout: false },
  },
} as const satisfies Record<string, RetryPolicy>;

export type RetryPolicyName = keyof typeof retryPolicies;

export const isRetryPolicyName = (name: string): name is RetryPolicyName => Object.hasOwn(retryPolicies, name);
