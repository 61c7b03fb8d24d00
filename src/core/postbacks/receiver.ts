import type { AppId, PartnerId, ReceiverId, RuleId } from "#src/core/ids.ts";
import type { RetryPolicy, StatusRange } from "./retry-policy.ts";

/** When an answer counts as heard: a status in the set and, if asked for, a body that says so. Many answer 200 and mean no. */
export type SuccessTest = {
  readonly statuses: readonly StatusRange[];
  readonly body:
    | { readonly kind: "any" }
    | { readonly kind: TextTestKind; readonly text: string; readonly ignoresCase: boolean }
    | { readonly kind: JsonTestKind; readonly pointer: string; readonly value: string; readonly ignoresCase: boolean };
};

/** `equals`: the whole body, but for white space around it. What begins with `not_` also holds of a body that says nothing. */
export type TextTestKind = "contains" | "not_contains" | "equals" | "not_equals";
/** The plain value at an RFC 6901 pointer, as text, is `value`, or is anything else, nothing too. */
export type JsonTestKind = "json" | "not_json";

export type ReceiverLimits = {
  /** Attempts under way at once. */
  readonly inFlightMax: number;
  /** Attempts a second, or null for no limit. */
  readonly ratePerSecond: number | null;
};

/** Where postbacks of one kind go, with everything a delivery needs to know; made from the catalog, never stored by itself. */
export type Receiver = {
  readonly id: ReceiverId;
  readonly appId: AppId;
  /** Null for a rule's. */
  readonly partnerId: PartnerId | null;
  /** Null for a partner's. */
  readonly ruleId: RuleId | null;
  readonly limits: ReceiverLimits;
  readonly success: SuccessTest;
  readonly retryPolicy: RetryPolicy;
  /** Milliseconds a postback may wait, or null. */
  readonly expiresAfterMs: number | null;
  /** Names of the headers that carry Carom's ids; null where the partner wants none. */
  readonly idHeaders: { readonly postbackId: string; readonly attempt: string } | null;
};
