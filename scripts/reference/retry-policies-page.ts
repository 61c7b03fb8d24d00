import { durationText } from "#src/contract/duration-text.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import { statusRangeText } from "#src/core/postbacks/status-range-text.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const retryPoliciesPage = (): string =>
  markdownPage(
    "Retry policies",
    "src/core/postbacks/retry-policies.ts",
    "A partner names one of these as `retry_policy`, or writes its own out with `delays`, `timeout` and `retry_on`.",
    markdownTable(
      ["policy", "attempts", "waits after the first, the second, …", "timeout", "tries again on"],
      Object.entries(retryPolicies).map(([name, policy]: [string, RetryPolicy]) => [
        name === "carom" ? `${code(name)} (default)` : code(name),
        String(policy.delaysMs.length + 1),
        policy.delaysMs.length === 0 ? "none" : policy.delaysMs.map(durationText).join(", "),
        durationText(policy.timeoutMs),
        retryableOf(policy).join(", ") || "nothing",
      ]),
    ),
  );

const retryableOf = ({ retryOn }: RetryPolicy): readonly string[] => [
  ...retryOn.statuses.map((range) => String(statusRangeText(range))),
  ...(retryOn.timeout ? ["timeout"] : []),
  ...(retryOn.networkError ? ["network error"] : []),
];
