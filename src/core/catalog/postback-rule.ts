import type { RuleId } from "#src/core/ids.ts";
import type { ReceiverLimits, SuccessTest } from "#src/core/postbacks/receiver.ts";
import type { RetryPolicy } from "#src/core/postbacks/retry-policy.ts";
import type { RequestTemplate } from "./request-template.ts";

/** An app's own postback, tied to no partner; it is a receiver of its own. */
export type PostbackRule = {
  readonly id: RuleId;
  readonly name: string;
  /** A rule is inactive until somebody activates it. */
  readonly active: boolean;
  readonly request: RequestTemplate;
  readonly when: RuleWhen;
  readonly success: SuccessTest;
  readonly retryPolicy: RetryPolicy;
  readonly limits: ReceiverLimits;
  readonly expiresAfterMs: number | null;
};

export const ruleStyles = ["custom", "message_events", "ab_test_events"] as const;
export type RuleStyle = (typeof ruleStyles)[number];

/** Adobe style: on an app's own data. Leanplum style: on message events of some channels, or on A/B-test events. */
export type RuleWhen =
  | {
      readonly style: "custom";
      /** At least one; all of them hold on the same event. */
      readonly triggers: readonly RuleCondition[];
      /** All of them hold on the audience: the user and the device. */
      readonly traits: readonly RuleCondition[];
      readonly schedule: RuleSchedule | null;
      readonly frequency: RuleFrequency;
    }
  /** No channels: all of them. */
  | { readonly style: "message_events"; readonly channels: readonly MessageChannel[] }
  | { readonly style: "ab_test_events" };

export const ruleOperators = ["ex", "nx", "eq", "ne", "co", "nc", "sw", "ew", "lt", "le", "gt", "ge"] as const;
export type RuleOperator = (typeof ruleOperators)[number];

/** Any of the values suffices; for `ne` and `nc` none may hold. `ex` and `nx` have none. */
export type RuleCondition = {
  readonly key: string;
  readonly matches: RuleOperator;
  /** As text, numbers too. */
  readonly values: readonly string[];
};

export const ruleFrequencies = ["always", "once"] as const;
export type RuleFrequency = (typeof ruleFrequencies)[number];

export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];

/** When an event may trigger the rule, by the event's own time. */
export type RuleSchedule = {
  /** Epoch milliseconds; both ends belong to it, null is open. */
  readonly startAt: number | null;
  readonly endAt: number | null;
  /** None: every day. */
  readonly days: readonly Weekday[];
  /** Minutes of the day; the end does not belong to it, and may lie on the next day. Null: all day. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  /** IANA name of the zone that days and hours are of. */
  readonly zone: string;
};

export const messageChannels = ["Push Notification", "Email", "In-app Message"] as const;
export type MessageChannel = (typeof messageChannels)[number];
