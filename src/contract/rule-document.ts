import { z } from "zod";
import {
  messageChannels,
  type PostbackRule,
  type RuleCondition,
  type RuleStyle,
  type RuleWhen,
  ruleFrequencies,
  ruleOperators,
  ruleStyles,
} from "#src/core/catalog/postback-rule.ts";
import { ruleId } from "#src/core/ids.ts";
import { isRetryPolicyName, type RetryPolicyName, retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import { closedObject } from "./closed-object.ts";
import { durationField, idField, nameField, plainField } from "./document-fields.ts";
import { durationText } from "./duration-text.ts";
import { limitsDocument, limitsFromDocument, limitsToDocument } from "./limits-document.ts";
import { retryPolicyDocument, retryPolicyFromDocument, retryPolicyToDocument } from "./retry-policy-document.ts";
import { scheduleDocument, scheduleFromDocument, scheduleToDocument } from "./schedule-document.ts";
import { successDocument, successFromDocument, successToDocument } from "./success-document.ts";
import { requestDocument, requestFromDocument, requestToDocument } from "./template-document.ts";

const conditionDocument = closedObject({
  key: z.string().max(200).meta({ description: "Of context data, a field of the event, or `event_value.<member>`." }),
  matches: z.enum(ruleOperators),
  values: z
    .array(plainField)
    .nullable()
    .default([])
    .meta({ description: "Any suffices; for `ne` and `nc` none may hold. None for `ex` and `nx`." }),
});

/** Its members one by one; `ruleDocument` says which of them go together. */
export const ruleFields = closedObject({
  id: idField.meta({ description: "Of a rule on message or A/B-test events a whole number." }),
  name: nameField.optional(),
  style: z.enum(ruleStyles).default("custom"),
  active: z.boolean().default(false).meta({ description: "A rule is off until it is activated." }),
  template: requestDocument.meta({ description: "The request: a template without event kind and platform." }),
  triggers: z
    .array(conditionDocument)
    .default([])
    .meta({ description: "`custom`: at least one; all hold on the same event." }),
  traits: z.array(conditionDocument).default([]).meta({ description: "`custom`: all hold on the audience." }),
  schedule: scheduleDocument.nullable().default(null).meta({ description: "`custom`: when it may fire." }),
  frequency: z
    .enum(ruleFrequencies)
    .default("always")
    .meta({ description: "`custom`: `once` is once for each install, without install id for each device, then user." }),
  channels: z
    .array(z.enum(messageChannels))
    .default([])
    .meta({ description: "`message_events`: none is all of them." }),
  timeout: durationField.nullable().default(null).meta({ description: "By default the retry policy's." }),
  retry_policy: retryPolicyDocument
    .optional()
    .meta({ description: "By default `carom`, of message and A/B-test rules `leanplum`." }),
  limits: limitsDocument.prefault({}),
  success: successDocument.prefault({}),
  expires_after: durationField.nullable().default(null),
});
type RuleDocument = z.output<typeof ruleFields>;

/** Written of a style that does not look at it, a member would promise what never happens. */
const onlyOf: Readonly<Record<"triggers" | "traits" | "schedule" | "frequency" | "channels", RuleStyle>> = {
  triggers: "custom",
  traits: "custom",
  schedule: "custom",
  frequency: "custom",
  channels: "message_events",
};

export const ruleDocument = ruleFields.superRefine((document, context) => {
  const written = {
    triggers: document.triggers.length > 0,
    traits: document.traits.length > 0,
    schedule: document.schedule !== null,
    frequency: document.frequency !== "always",
    channels: document.channels.length > 0,
  };
  for (const name of Object.keys(onlyOf).filter(isStyled)) {
    if (!written[name] || document.style === onlyOf[name]) continue;
    const message = `belongs to rules of style \`${onlyOf[name]}\`; leave it out of one of style \`${document.style}\``;
    context.addIssue({ code: "custom", path: [name], message, input: document });
  }
});

const isStyled = (name: string): name is keyof typeof onlyOf => Object.hasOwn(onlyOf, name);

export const ruleFromDocument = (document: RuleDocument): PostbackRule => {
  const isCustom = document.style === "custom";
  const request = requestFromDocument(document.template);
  const policy = retryPolicyFromDocument(document.retry_policy ?? (isCustom ? "carom" : "leanplum"));
  return {
    id: ruleId(document.id),
    name: document.name ?? document.id,
    active: document.active,
    // Seed 001: a rule on messages is a POST, with an empty body.
    request: isCustom || document.template.method !== undefined ? request : { ...request, method: "POST" },
    when: whenOf(document),
    success: successFromDocument(document.success),
    retryPolicy: document.timeout === null ? policy : { ...policy, timeoutMs: document.timeout },
    limits: limitsFromDocument(document.limits),
    expiresAfterMs: document.expires_after,
  };
};

const whenOf = ({ style, triggers, traits, schedule, frequency, channels }: RuleDocument): RuleWhen => {
  switch (style) {
    case "custom":
      return {
        style,
        triggers: triggers.map(conditionFromDocument),
        traits: traits.map(conditionFromDocument),
        schedule: schedule === null ? null : scheduleFromDocument(schedule),
        frequency,
      };
    case "message_events":
      return { style, channels };
    case "ab_test_events":
      return { style };
  }
};

const conditionFromDocument = ({ key, matches, values }: z.output<typeof conditionDocument>): RuleCondition => ({
  key,
  matches,
  values: values ?? [],
});

export const ruleToDocument = (rule: PostbackRule): z.input<typeof ruleDocument> => ({
  id: rule.id,
  name: rule.name,
  style: rule.when.style,
  active: rule.active,
  template: requestToDocument(rule.request),
  ...whenToDocument(rule.when),
  ...policyToDocument(rule.retryPolicy),
  limits: limitsToDocument(rule.limits),
  success: successToDocument(rule.success),
  expires_after: rule.expiresAfterMs === null ? null : durationText(rule.expiresAfterMs),
});

type WhenDocument = Pick<z.input<typeof ruleFields>, "triggers" | "traits" | "schedule" | "frequency" | "channels">;

const whenToDocument = (when: RuleWhen): WhenDocument => {
  switch (when.style) {
    case "custom":
      return {
        triggers: when.triggers.map(conditionToDocument),
        traits: when.traits.map(conditionToDocument),
        schedule: when.schedule === null ? null : scheduleToDocument(when.schedule),
        frequency: when.frequency,
      };
    case "message_events":
      return { channels: [...when.channels] };
    case "ab_test_events":
      return {};
  }
};

const conditionToDocument = ({ key, matches, values }: RuleCondition): z.input<typeof conditionDocument> => ({
  key,
  matches,
  values: [...values],
});

/** A named policy with a timeout of the rule's own is written as such. */
const policyToDocument = (policy: RetryPolicy): Pick<z.input<typeof ruleFields>, "timeout" | "retry_policy"> => {
  const { name } = policy;
  const named = isRetryPolicyName(name) ? retryPolicies[name satisfies RetryPolicyName] : null;
  if (named !== null && JSON.stringify({ ...policy, timeoutMs: named.timeoutMs }) === JSON.stringify(named)) {
    const timeout = policy.timeoutMs === named.timeoutMs ? null : durationText(policy.timeoutMs);
    return { timeout, retry_policy: retryPolicyToDocument(named) };
  }
  return { timeout: null, retry_policy: retryPolicyToDocument(policy) };
};
