import { z } from "zod";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import { statusRangeText } from "#src/core/postbacks/status-range-text.ts";
import { closedObject } from "./closed-object.ts";
import { durationField, nameField, statusField } from "./document-fields.ts";
import { durationText } from "./duration-text.ts";

const { carom } = retryPolicies;
const customName = "custom";
const names = ["carom", "leanplum", "appsflyer", "none"] as const satisfies readonly (keyof typeof retryPolicies)[];

/** The name of a policy, or one written out; what it leaves out is as in `carom`. */
export const retryPolicyDocument = z.union(
  [
    z.enum(names),
    closedObject({
      name: nameField.default(customName),
      delays: z.array(durationField).meta({ description: "Waited after the first attempt, the second, …" }),
      timeout: durationField.default(carom.timeoutMs),
      retry_on: closedObject({
        statuses: z.array(statusField).default(carom.retryOn.statuses.map(([from, to]) => [from, to] as const)),
        network_error: z.boolean().default(carom.retryOn.networkError),
        timeout: z.boolean().default(carom.retryOn.timeout),
      }).prefault({}),
    }),
  ],
  { error: `must be ${names.join(", ")} or an object with \`delays\`` },
);

export const retryPolicyFromDocument = (document: z.output<typeof retryPolicyDocument>): RetryPolicy => {
  if (typeof document === "string") return retryPolicies[document];
  return {
    name: document.name,
    delaysMs: document.delays,
    timeoutMs: document.timeout,
    retryOn: {
      statuses: document.retry_on.statuses,
      networkError: document.retry_on.network_error,
      timeout: document.retry_on.timeout,
    },
  };
};

export const retryPolicyToDocument = (policy: RetryPolicy): z.input<typeof retryPolicyDocument> => {
  // By name only where the name still means the same: a policy of that name may be somebody's own.
  const named = names.find((name) => JSON.stringify(retryPolicies[name]) === JSON.stringify(policy));
  if (named !== undefined) return named;
  return {
    name: policy.name,
    delays: policy.delaysMs.map(durationText),
    timeout: durationText(policy.timeoutMs),
    retry_on: {
      statuses: policy.retryOn.statuses.map(statusRangeText),
      network_error: policy.retryOn.networkError,
      timeout: policy.retryOn.timeout,
    },
  };
};
